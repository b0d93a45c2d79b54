package sheet

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/testkit/hostile"
)

func small() directory.Import {
	return directory.Import{
		Entities: []directory.Entity{{ID: "s", Name: "State", Pack: "us-x"}, {ID: "a", Name: "Agency, \"the\" first", Parent: "s", Address: "1 Street;\nTown", OrgCode: "-12"}},
		People: []directory.Person{
			{ID: "p", Name: "=cmd|' /C calc'!A0", Email: "p@a.example", Phones: []string{"+1 555 0100", "+1 555 0101"}, Entity: "a",
				Roles: []directory.Assignment{{Role: directory.ISO, Entity: "a"}, {Role: directory.DesignatedReporter, Entity: "a"}}},
			{ID: "o", Name: "Officer", Roles: []directory.Assignment{{Role: directory.AuthorityOfficer, Authority: "police"}}},
			{ID: "z", Name: "Zed", Entity: "a", Gone: true, Roles: []directory.Assignment{}},
		},
		Authorities: []directory.Authority{{ID: "police", Name: "Police"}},
		Assets:      []directory.Asset{{ID: "x", Entity: "a", Name: "@Database", Rating: "high", Owner: "p"}},
	}
}

func all(t testing.TB, in directory.Import) (files []Sheet) {
	t.Helper()
	for _, table := range Tables {
		s, err := Read(table, Write(table, in))
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		files = append(files, s)
	}
	return files
}

// What was exported comes back as the same directory, whether what is missing stays or ends.
func TestRoundTrip(t *testing.T) {
	in := small()
	for _, how := range []Missing{Keep, End} {
		got, err := Merge(in, all(t, in), Merging{Missing: how, Within: func(e string) bool { return e != "" }})
		if err != nil || len(directory.Diff(in, got)) > 0 || !reflect.DeepEqual(got.Assets, in.Assets) {
			t.Errorf("%s: %v, %+v", how, err, directory.Diff(in, got))
		}
	}
	empty := directory.Import{Authorities: in.Authorities}
	got, err := Merge(empty, all(t, in), Merging{Missing: Keep})
	if err != nil || len(directory.Diff(in, got)) > 0 {
		t.Errorf("into an empty directory: %v, %+v", err, directory.Diff(in, got))
	}
}

// Nothing that a spreadsheet opens begins with what it would run, whichever separator it takes. Every such cell is prefixed.
func TestPeer_S15_NoCellIsAFormula(t *testing.T) {
	for _, v := range append(hostile.Payloads(), "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1", `"=1`, "a;=1", "a,@x", "a\n=1", "'=1") {
		in := directory.Import{Entities: []directory.Entity{{ID: "s", Name: v, Pack: "p"}}}
		out := string(Write(Entities, in))
		for _, separator := range ",;\t\n\"" {
			for cell := range strings.SplitSeq(out, string(separator)) {
				cell = strings.TrimLeft(strings.TrimPrefix(cell, "\ufeff"), "\"")
				if cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
					t.Errorf("%q: split at %q there is the cell %q", v, separator, cell)
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.StringOf(rapid.SampledFrom([]rune("=+-@\t\r\n;,\"'aé＝ |"))).Draw(t, "v")
		if got := disarmed(armed(v)); got != v {
			t.Fatalf("%q came back as %q", v, got)
		}
	})
}

// Files as spreadsheets save them.
func TestEncodingsAndSeparators(t *testing.T) {
	plain := "id;name;entity\r\np1;Zoë Müller;a\r\n"
	wide := utf16.Encode([]rune(plain))
	little, big := []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
	for _, u := range wide {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	for name, c := range map[string]struct {
		data                []byte
		encoding, separator string
	}{
		"semicolons":        {[]byte(plain), "UTF-8", "semicolon"},
		"mark":              {[]byte("\ufeff" + plain), "UTF-8", "semicolon"},
		"wide, little":      {little, "UTF-16", "semicolon"},
		"wide, big":         {big, "UTF-16", "semicolon"},
		"old":               {[]byte(strings.NewReplacer("ë", "\xeb", "ü", "\xfc").Replace(plain)), "Windows-1252", "semicolon"},
		"tabs":              {[]byte(strings.ReplaceAll(plain, ";", "\t")), "UTF-8", "tab"},
		"commas":            {[]byte(strings.ReplaceAll(plain, ";", ",")), "UTF-8", "comma"},
		"a hint":            {[]byte("sep=;\r\n" + plain), "UTF-8", "semicolon"},
		"old line ends":     {[]byte(strings.ReplaceAll(plain, "\r\n", "\r")), "UTF-8", "semicolon"},
		"capitals":          {[]byte(strings.Replace(plain, "id;name", "ID;Name", 1)), "UTF-8", "semicolon"},
		"trailing":          {[]byte("id;name;entity;\np1;Zoë Müller;a;\n;;;\n"), "UTF-8", "semicolon"},
		"quoted, empty row": {[]byte("\"id\";\"name\";\"entity\"\n\n\"p1\";\"Zoë Müller\";\"a\"\n"), "UTF-8", "semicolon"},
	} {
		s, err := Read(People, c.data)
		if err != nil || s.Encoding != c.encoding || s.Separator != c.separator || len(s.Rows) != 1 || s.Rows[0].Get("name") != "Zoë Müller" {
			t.Errorf("%s: %v, %+v", name, err, s)
		}
	}
}

// Each fault names line and column and a remedy, and never repeats the value.
func TestFaultsNameTheirPlace(t *testing.T) {
	for name, c := range map[string]struct{ table, file, field string }{
		"empty":            {People, "", "people"},
		"bytes":            {People, "\x00\x01", "people"},
		"unknown column":   {People, "id,name,shoe", "people, line 1, column 3"},
		"column twice":     {People, "id,name,id", "people, line 1, column 3"},
		"column missing":   {People, "id,title", "people, line 1"},
		"empty cell":       {People, "id,name\np1,", "people, line 2, column 2 (name)"},
		"open quote":       {People, "id,name\np1,\"x", "people, line 2"},
		"stray quote":      {People, "id,name\np1,x\"y", "people, line 2"},
		"one cell more":    {People, "id,name\np1,x,secret", "people, line 2, column 3"},
		"id twice":         {People, "id,name\np1,x\np1,y", "people, line 3, column 1 (id)"},
		"mail":             {People, "email,id,name\nsecret,p1,x", "people, line 2, column 1 (email)"},
		"gone":             {People, "id,name,gone\np1,x,secret", "people, line 2, column 3 (gone)"},
		"unknown entity":   {People, "id,name,entity\np1,x,secret", "people, line 2, column 3 (entity)"},
		"after line break": {People, "id,name,entity\np1,\"x\ny\",a\np2,x,secret", "people, line 4, column 3 (entity)"},
		"unknown person":   {Roles, "person,role,entity\nsecret,iso,a", "roles, line 2, column 1 (person)"},
		"unknown role":     {Roles, "person,role,entity\np,secret,a", "roles, line 2, column 2 (role)"},
		"role nowhere":     {Roles, "person,role\np,iso", "roles, line 2, column 1 (entity)"},
		"role twice":       {Roles, "person,role,entity\np,iso,a\np,iso,a", "roles, line 3, column 2 (role)"},
		"rating":           {Assets, "id,entity,name,rating\nx,a,n,secret", "assets, line 2, column 4 (rating)"},
		"owner":            {Assets, "id,entity,name,rating,owner\nx,a,n,low,secret", "assets, line 2, column 5 (owner)"},
		"parent":           {Entities, "id,name,parent\nb,B,secret", "entities, line 2, column 3 (parent)"},
		"no pack":          {Entities, "id,name\nb,B", "entities, line 2, column 1 (pack)"},
		"slash":            {Entities, "id,name,parent\nb/c,B,s", "entities, line 2, column 1 (id)"},
	} {
		s, err := Read(c.table, []byte(c.file))
		if err == nil {
			_, err = Merge(small(), []Sheet{s}, Merging{Missing: Keep})
		}
		faults := fault.All(err)
		if len(faults) == 0 || !strings.HasPrefix(faults[0].Field, c.field) {
			t.Errorf("%s: %v, want a fault at %s", name, err, c.field)
			continue
		}
		if faults[0].Remedy == "" || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v: no remedy, or it repeats the value", name, err)
		}
	}
}

// What a file leaves out stays; with End it goes, inside the part that the importer administers only.
func TestWhatIsMissing(t *testing.T) {
	in := small()
	read := func(table, text string) Sheet {
		s, err := Read(table, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	files := []Sheet{read(People, "id,name\nnew,New"), read(Roles, "person,role,entity\np,iso,a"), read(Assets, "id,entity,name,rating\ny,a,Y,low")}
	kept, err := Merge(in, files, Merging{Missing: Keep})
	if err != nil || len(kept.People) != 4 || len(kept.Assets) != 2 || kept.People[0].Gone || len(kept.People[0].Roles) != 2 {
		t.Errorf("kept: %v, %+v", err, kept)
	}
	ended, err := Merge(in, files, Merging{Missing: End, Within: func(e string) bool { return e == "a" }})
	if err != nil || len(ended.Assets) != 1 || !ended.People[0].Gone || ended.People[1].Gone || len(ended.People[0].Roles) != 1 || len(ended.People[1].Roles) != 1 {
		t.Errorf("ended: %v, %+v", err, ended)
	}
	if !reflect.DeepEqual(in, small()) {
		t.Error("merging changed what it was given")
	}
}

func FuzzRead(f *testing.F) {
	for _, table := range Tables {
		f.Add(table, Write(table, small()))
	}
	for _, text := range hostile.Payloads() {
		in := small()
		for i := range in.People {
			in.People[i].Name, in.People[i].Title = text, text
		}
		f.Add(People, Write(People, in))
	}
	f.Add(People, []byte("sep=;\nid;name\n\"a\";\"'=b\"\n"))
	f.Add(Roles, []byte("\xff\xfei\x00d\x00"))
	f.Fuzz(func(t *testing.T, table string, data []byte) {
		s, err := Read(table, data)
		for _, e := range fault.All(err) {
			if e.Kind == fault.KindInvalid && e.Remedy == "" {
				t.Errorf("no remedy: %v", e)
			}
		}
		if err != nil && fault.KindOf(err) == "" {
			t.Errorf("an error that is nobody's fault: %v", err)
		}
		if err != nil {
			return
		}
		if out, err := Merge(small(), []Sheet{s}, Merging{Missing: End, Within: func(string) bool { return true }}); err == nil {
			if _, err := Read(table, Write(table, out)); err != nil {
				t.Errorf("what was read and written cannot be read: %v", err)
			}
		}
	})
}
