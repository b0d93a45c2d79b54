package policy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"tocsin/internal/domain/fault"
)

// Files are the files of a pack by their path inside its folder: pack.yaml, any other *.yaml beside it, and cases/*.txtar.
type Files map[string][]byte

// Bounds of a pack that comes from outside: both states' packs are far below.
const (
	maxPackFiles = 64
	maxPackBytes = 768 << 10
	maxArchive   = 16 << 20 // of one that was kept here: packs of an operator's own folder have no bound but this
)

// Upload is one file as somebody sent it: a file of a pack, or a ZIP archive of such.
type Upload struct {
	Name string
	Data []byte
}

// Collect makes a pack's files of what was sent. Folders in names are of no matter: *.yaml is the pack, *.txtar its cases. The
// error is a fault that names the file.
func Collect(uploads []Upload) (Files, error) {
	out := Files{}
	for _, u := range uploads {
		if strings.HasSuffix(strings.ToLower(u.Name), ".zip") {
			inside, err := unzip(u)
			if err != nil {
				return nil, err
			}
			for _, one := range inside {
				if err := out.take(one); err != nil {
					return nil, err
				}
			}
			continue
		}
		if err := out.take(u); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, fault.Invalid("files", "No file was chosen.", "Choose the pack's YAML files, with its cases where it has any, or one ZIP archive of them.")
	}
	if out["pack.yaml"] == nil {
		return nil, fault.Invalid("files", "There is no pack.yaml among the files.", "Send the whole pack: what is left out is left out of the rules.")
	}
	return out, nil
}

func (f Files) take(u Upload) error {
	name := path.Base(strings.ReplaceAll(u.Name, `\`, "/"))
	switch {
	case !plainName(name) || len(name) > 100:
		return fault.Invalid("files", fmt.Sprintf("The name %.60q is not one for a file of a pack.", u.Name), "Use letters, digits, dots and dashes.")
	case strings.HasSuffix(name, ".yaml"):
	case strings.HasSuffix(name, ".txtar"):
		name = "cases/" + name
	default:
		return fault.Invalid("files", fmt.Sprintf("%s is neither a part of a pack nor a file of cases.", name), "Send files that end in .yaml or .txtar, or one ZIP archive.")
	}
	if _, twice := f[name]; twice {
		return fault.Invalid("files", "The file "+name+" was sent twice.", "Send each file once.")
	}
	f[name] = u.Data
	total := 0
	for _, data := range f {
		total += len(data)
	}
	if len(f) > maxPackFiles || total > maxPackBytes || len(u.Data) > maxFileBytes {
		return fault.Invalid("files", fmt.Sprintf("These files are too many or too large: a pack has at most %d files, %d KiB each and %d KiB together.", maxPackFiles, maxFileBytes>>10, maxPackBytes>>10),
			"Split large files, and leave out what is no rule.")
	}
	return nil
}

func plainName(name string) bool {
	return name != "" && name[0] != '.' && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// unzip reads an archive without trusting the sizes that it states.
func unzip(u Upload) (out []Upload, err error) {
	bad := fault.Invalid("files", "The archive "+path.Base(u.Name)+" cannot be read.", "Send a ZIP archive of at most 64 files, as this program writes it, or the files themselves.")
	r, err := zip.NewReader(bytes.NewReader(u.Data), int64(len(u.Data)))
	if err != nil || len(r.File) > 4*maxPackFiles {
		return nil, bad
	}
	for _, f := range r.File {
		if f.FileInfo().IsDir() || strings.HasPrefix(f.Name, "__MACOSX/") {
			continue
		}
		in, err := f.Open()
		if err != nil {
			return nil, bad
		}
		data, err := io.ReadAll(io.LimitReader(in, maxFileBytes+1))
		in.Close()
		if err != nil || len(out) > maxPackFiles {
			return nil, bad
		}
		out = append(out, Upload{f.Name, data})
	}
	return out, nil
}

// Archive writes the files as a ZIP archive: the same files give the same bytes.
func (f Files) Archive() []byte { return f.archive("") }

func (f Files) archive(folder string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		part, err := w.CreateHeader(&zip.FileHeader{Name: path.Join(folder, name), Method: zip.Deflate})
		if err == nil {
			_, err = part.Write(f[name])
		}
		if err != nil {
			panic("policy: an archive in memory cannot be written: " + err.Error())
		}
	}
	if err := w.Close(); err != nil {
		panic("policy: an archive in memory cannot be written: " + err.Error())
	}
	return b.Bytes()
}

// ReadArchive reads what Archive wrote.
func ReadArchive(data []byte) (Files, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("the pack's archive: %w", err)
	}
	out, left := Files{}, int64(maxArchive)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("the pack's archive: %w", err)
		}
		data, err := io.ReadAll(io.LimitReader(in, left+1))
		in.Close()
		if left -= int64(len(data)); err != nil || left < 0 {
			return nil, fmt.Errorf("the pack's archive: %s cannot be read, or is too large", f.Name)
		}
		out[f.Name] = data
	}
	return out, nil
}

// FS shows the files as a file system in which they lie in the folder dir.
func (f Files) FS(dir string) fs.FS {
	data := f.archive(dir)
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		panic("policy: an archive in memory cannot be read: " + err.Error())
	}
	return r
}

// Load reads the pack of this id from the files. See Load.
func (f Files) Load(id string, base func(id string) (*Pack, error)) (*Pack, error) {
	return Load(f.FS(id), id, base)
}

// Cases counts the files of cases.
func (f Files) Cases() (n int) {
	for name := range f {
		if strings.HasPrefix(name, "cases/") {
			n++
		}
	}
	return n
}

// readCases adds the files of cases, which are no part of the rules and not of the digest.
func (f Files) readCases(files fs.FS, dir string) error {
	names, err := fs.Glob(files, path.Join(dir, "cases", "*.txtar"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if f["cases/"+path.Base(name)], err = fs.ReadFile(files, name); err != nil {
			return fmt.Errorf("read the cases: %w", err)
		}
	}
	return nil
}

// CaseResult is what became of one case of a pack.
type CaseResult struct {
	File     string   `json:"file"`
	Case     string   `json:"case"`
	Problems []string `json:"problems"` // empty: it holds
}
