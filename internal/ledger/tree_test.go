package ledger

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sharedData finds the folder of test data beside the repository; tests that need it skip where it is absent.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no test data at %s", path)
	}
	return path
}

// memoryTiles keeps tiles as the store does, and holds the grower to its promise that tiles only grow.
type memoryTiles map[string][]byte

func (m memoryTiles) read(level, index int64) ([]byte, error) {
	return m[fmt.Sprint(level, index)], nil
}

func (m memoryTiles) put(t fataler, tiles []Tile) {
	for _, tile := range tiles {
		key := fmt.Sprint(tile.Level, tile.Index)
		if !strings.HasPrefix(string(tile.Hashes), string(m[key])) || len(tile.Hashes) > TileWidth*hashSize {
			t.Fatalf("tile %s changed", key)
		}
		m[key] = append([]byte(nil), tile.Hashes...)
	}
}

func leafNumber(i int) Digest { return LeafHash(fmt.Appendf(nil, "leaf %d", i)) }

// plainRoot is RFC 6962, 2.1, word for word.
func plainRoot(leaves []Digest) Digest {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	l, r := plainRoot(leaves[:k]), plainRoot(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// growBy appends leaves in one step of the sequencer.
func growBy(t fataler, m memoryTiles, size, n int) Digest {
	g, err := NewGrower(int64(size), m.read)
	if err != nil {
		t.Fatalf("grower: %v", err)
	}
	for i := range n {
		if err := g.Append(leafNumber(size + i)); err != nil {
			t.Fatalf("append: %v", err)
		}
	}
	m.put(t, append(g.Full(), g.Open()...))
	root, err := g.Root()
	if err != nil {
		t.Fatalf("root: %v", err)
	}
	return root
}

// Q25: the root at n is consistent with the root at every m before it, however the steps were cut.
func TestTreeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, sizes, roots := memoryTiles{}, []int{0}, []Digest{plainRoot(nil)}
		var leaves []Digest
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			size := len(leaves)
			n := rapid.OneOf(rapid.IntRange(1, 5), rapid.IntRange(250, 600)).Draw(t, "n")
			for i := range n {
				leaves = append(leaves, leafNumber(size+i))
			}
			root := growBy(t, m, size, n)
			if want := plainRoot(leaves); root != want {
				t.Fatalf("root of %d is %s, want %s", len(leaves), root, want)
			}
			sizes, roots = append(sizes, len(leaves)), append(roots, root)
		}
		size, root := int64(len(leaves)), roots[len(roots)-1]
		for i, s := range sizes {
			path, err := Consistency(int64(s), size, m.read)
			if err != nil {
				t.Fatalf("consistency %d %d: %v", s, size, err)
			}
			if err := VerifyConsistency(int64(s), size, path, roots[i], root); err != nil {
				t.Fatalf("consistency %d %d: %v", s, size, err)
			}
		}
		leaf := rapid.Int64Range(0, size-1).Draw(t, "leaf")
		path, err := Inclusion(leaf, size, m.read)
		if err != nil {
			t.Fatalf("inclusion: %v", err)
		}
		if err := VerifyInclusion(leaf, size, leaves[leaf], path, root); err != nil {
			t.Fatalf("inclusion of %d in %d: %v", leaf, size, err)
		}
		if VerifyInclusion(leaf, size, leafNumber(-1), path, root) == nil {
			t.Fatalf("another leaf is included too")
		}
	})
}

func TestTreeLargeTiles(t *testing.T) {
	m := memoryTiles{}
	size := 0
	for _, n := range []int{1, 255, 256, 65024, 300} { // past a full tile of level 1
		growBy(t, m, size, n)
		size += n
	}
	if len(m["0 0"]) != 8192 || len(m["1 0"]) != 8192 || len(m["2 0"]) != 32 || len(m["1 1"]) != 32 {
		t.Errorf("tiles have %d, %d, %d, %d bytes", len(m["0 0"]), len(m["1 0"]), len(m["2 0"]), len(m["1 1"]))
	}
	grown, err := NewGrower(int64(size), m.read)
	if err != nil {
		t.Fatal(err)
	}
	root, err := grown.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range []int64{0, 255, 256, 65535, 65536, int64(size) - 1} {
		path, err := Inclusion(leaf, int64(size), m.read)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyInclusion(leaf, int64(size), leafNumber(int(leaf)), path, root); err != nil {
			t.Errorf("leaf %d: %v", leaf, err)
		}
	}
}

func TestTreeRefuses(t *testing.T) {
	m := memoryTiles{}
	growBy(t, m, 0, 5)
	if _, err := Inclusion(5, 5, m.read); err == nil {
		t.Error("a leaf beyond the size has a proof")
	}
	if _, err := Inclusion(-1, 5, m.read); err == nil {
		t.Error("a negative leaf has a proof")
	}
	if _, err := Consistency(6, 5, m.read); err == nil {
		t.Error("a tree follows from a larger one")
	}
	if _, err := NewGrower(9, m.read); err == nil {
		t.Error("a tree of 9 was read from tiles of 5")
	}
	if VerifyInclusion(-1, 5, Digest{}, nil, Digest{}) == nil || VerifyConsistency(-1, 5, nil, Digest{}, Digest{}) == nil {
		t.Error("negative sizes verify")
	}
}

// TestMerkleVectors holds the proofs to published vectors, valid and spoilt.
func TestMerkleVectors(t *testing.T) {
	root := filepath.Join(sharedData(t, "merkle"), "testdata")
	run := map[string]int{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		kind, _, _ := strings.Cut(strings.TrimPrefix(path, root+"/"), "/")
		check, ok := map[string]func([]byte) (bool, error){"inclusion": inclusionVector, "consistency": consistencyVector}[kind]
		if !ok {
			return nil // subtree proofs are not used here
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		wantErr, got := check(b)
		if errors.Is(got, errLength) {
			return nil // a Digest cannot hold it
		}
		if wantErr != (got != nil) {
			t.Errorf("%s: %v, want an error: %v", path, got, wantErr)
		}
		run[kind]++
		return nil
	})
	if err != nil || run["inclusion"] < 20 || run["consistency"] < 20 {
		t.Errorf("ran %v, %v", run, err)
	}
}

var errLength = errors.New("a hash that is not 32 bytes")

func digests(in ...[]byte) ([]Digest, error) {
	var out []Digest
	for _, b := range in {
		if len(b) != hashSize {
			return nil, errLength
		}
		out = append(out, Digest(b))
	}
	return out, nil
}

func inclusionVector(b []byte) (wantErr bool, err error) {
	var v struct {
		LeafIdx, TreeSize uint64
		Root, LeafHash    []byte
		Proof             [][]byte
		WantErr           bool
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return false, err
	}
	path, err := digests(append(v.Proof, v.Root, v.LeafHash)...)
	if err != nil {
		return v.WantErr, err
	}
	n := len(v.Proof)
	return v.WantErr, VerifyInclusion(int64(v.LeafIdx), int64(v.TreeSize), path[n+1], path[:n], path[n])
}

func consistencyVector(b []byte) (wantErr bool, err error) {
	var v struct {
		Size1, Size2 uint64
		Root1, Root2 []byte
		Proof        [][]byte
		WantErr      bool
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return false, err
	}
	path, err := digests(append(v.Proof, v.Root1, v.Root2)...)
	if err != nil {
		return v.WantErr, err
	}
	n := len(v.Proof)
	return v.WantErr, VerifyConsistency(int64(v.Size1), int64(v.Size2), path[:n], path[n], path[n+1])
}

func FuzzVerifyProofs(f *testing.F) {
	f.Add(int64(1), int64(3), []byte(strings.Repeat("x", 96)))
	f.Add(int64(0), int64(0), []byte{})
	f.Add(int64(-1), int64(1<<62), []byte("short"))
	f.Fuzz(func(t *testing.T, a, b int64, raw []byte) {
		var path []Digest
		for ; len(raw) >= hashSize && len(path) < 70; raw = raw[hashSize:] {
			path = append(path, Digest(raw[:hashSize]))
		}
		// Nobody can know a proof for this root: whatever is accepted is a hole.
		root := sha256.Sum256([]byte("a root that no tree has"))
		if VerifyInclusion(a, b, leafNumber(0), path, root) == nil {
			t.Fatal("a proof for a root without a tree")
		}
		if a > 0 && a != b && VerifyConsistency(a, b, path, leafNumber(1), root) == nil {
			t.Fatal("consistency with a root without a tree")
		}
	})
}
