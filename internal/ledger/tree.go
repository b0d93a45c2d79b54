package ledger

import (
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// The tree is kept in tiles of height 8: tile (level, index) holds the hashes of up to 256 nodes of tree level 8*level,
// from node 256*index on. Only the last tile of each level grows; a full one never changes.
const (
	tileHeight = 8
	// TileWidth is the number of hashes in a full tile.
	TileWidth = 1 << tileHeight
	hashSize  = 32
)

// Tile is one tile of the tree.
type Tile struct {
	Level, Index int64
	Hashes       []byte // 32 bytes each, 1 to TileWidth of them
}

// Tiles answers the hashes of a tile, nil where it is absent.
type Tiles func(level, index int64) ([]byte, error)

var hasher = rfc6962.DefaultHasher

// nodeHash returns the hash of one complete node by folding the tile row below it.
func nodeHash(tiles Tiles, id compact.NodeID) ([]byte, error) {
	level, rest := int64(id.Level/tileHeight), id.Level%tileHeight
	first, n := id.Index<<rest, uint64(1)<<rest
	data, err := tiles(level, int64(first/TileWidth))
	if err != nil {
		return nil, err
	}
	from := first % TileWidth
	if uint64(len(data)) < (from+n)*hashSize {
		return nil, fmt.Errorf("tile %d/%d holds %d hashes, %d are needed", level, first/TileWidth, len(data)/hashSize, from+n)
	}
	row := make([][]byte, n)
	for i := range row {
		row[i] = data[(from+uint64(i))*hashSize : (from+uint64(i)+1)*hashSize]
	}
	for ; len(row) > 1; row = row[:len(row)/2] {
		for i := 0; i < len(row)/2; i++ {
			row[i] = hasher.HashChildren(row[2*i], row[2*i+1])
		}
	}
	return row[0], nil
}

func nodeHashes(tiles Tiles, ids []compact.NodeID) ([][]byte, error) {
	hashes := make([][]byte, len(ids))
	for i, id := range ids {
		h, err := nodeHash(tiles, id)
		if err != nil {
			return nil, err
		}
		hashes[i] = h
	}
	return hashes, nil
}

var ranges = compact.RangeFactory{Hash: hasher.HashChildren}

func rangeOf(size int64, tiles Tiles) (*compact.Range, error) {
	hashes, err := nodeHashes(tiles, compact.RangeNodes(0, uint64(size), nil))
	if err != nil {
		return nil, err
	}
	return ranges.NewRange(0, uint64(size), hashes)
}

func rootOf(r *compact.Range) (Digest, error) {
	if r.End() == 0 {
		return Digest(hasher.EmptyRoot()), nil
	}
	h, err := r.GetRootHash(nil)
	if err != nil {
		return Digest{}, err
	}
	return Digest(h), nil
}

// Grower appends leaves to a tree and gathers the tiles that change: the one place where the tree grows, used by the
// sequencer to write tiles and by verification to say what they should have been.
type Grower struct {
	r     *compact.Range
	tiles Tiles
	open  map[int64]*Tile // the growing tile of each level
	full  []Tile
}

// NewGrower continues a tree of the given size.
func NewGrower(size int64, tiles Tiles) (*Grower, error) {
	r, err := rangeOf(size, tiles)
	if err != nil {
		return nil, err
	}
	return &Grower{r: r, tiles: tiles, open: map[int64]*Tile{}}, nil
}

// Size returns the number of leaves.
func (g *Grower) Size() int64 { return int64(g.r.End()) }

// Root returns the root over all leaves so far.
func (g *Grower) Root() (Digest, error) { return rootOf(g.r) }

// Append adds a leaf. Every node that becomes complete at a multiple of the tile height joins its tile.
func (g *Grower) Append(leaf Digest) error {
	if err := g.keep(compact.NewNodeID(0, g.r.End()), leaf[:]); err != nil {
		return err
	}
	var failed error
	err := g.r.Append(leaf[:], func(id compact.NodeID, hash []byte) {
		// The visitor is told of the leaf too, which keep has seen.
		if id.Level > 0 && id.Level%tileHeight == 0 && failed == nil {
			failed = g.keep(id, hash)
		}
	})
	if err != nil {
		return err
	}
	return failed
}

func (g *Grower) keep(id compact.NodeID, hash []byte) error {
	level, index, at := int64(id.Level/tileHeight), int64(id.Index/TileWidth), int(id.Index%TileWidth)
	t := g.open[level]
	if t == nil {
		t = &Tile{Level: level, Index: index}
		if at > 0 {
			old, err := g.tiles(level, index)
			if err != nil {
				return err
			}
			if len(old) < at*hashSize {
				return fmt.Errorf("tile %d/%d is too short", level, index)
			}
			t.Hashes = append(t.Hashes, old[:at*hashSize]...)
		}
		g.open[level] = t
	}
	t.Hashes = append(t.Hashes, hash...)
	if len(t.Hashes) == TileWidth*hashSize {
		g.full = append(g.full, *t)
		delete(g.open, level)
	}
	return nil
}

// Full returns the tiles that became full since the last call, and forgets them.
func (g *Grower) Full() []Tile {
	full := g.full
	g.full = nil
	return full
}

// Open returns the tiles that are still growing, lowest level first.
func (g *Grower) Open() []Tile {
	var out []Tile
	for level := int64(0); level < 8; level++ {
		if t := g.open[level]; t != nil {
			out = append(out, *t)
		}
	}
	return out
}

// Inclusion proves that a leaf is in the tree of the given size. RFC 6962, 2.1.1.
func Inclusion(leaf, size int64, tiles Tiles) ([]Digest, error) {
	if leaf < 0 || leaf >= size {
		return nil, fmt.Errorf("leaf %d is not in a tree of %d", leaf, size)
	}
	nodes, err := proof.Inclusion(uint64(leaf), uint64(size))
	if err != nil {
		return nil, err
	}
	return rehash(nodes, tiles)
}

// Consistency proves that the tree of size n is that of size m grown. RFC 6962, 2.1.2.
func Consistency(m, n int64, tiles Tiles) ([]Digest, error) {
	if m < 0 || m > n {
		return nil, fmt.Errorf("sizes %d and %d do not follow each other", m, n)
	}
	if m == 0 {
		return nil, nil // anything follows from nothing
	}
	nodes, err := proof.Consistency(uint64(m), uint64(n))
	if err != nil {
		return nil, err
	}
	return rehash(nodes, tiles)
}

func rehash(nodes proof.Nodes, tiles Tiles) ([]Digest, error) {
	hashes, err := nodeHashes(tiles, nodes.IDs)
	if err != nil {
		return nil, err
	}
	if hashes, err = nodes.Rehash(hashes, hasher.HashChildren); err != nil {
		return nil, err
	}
	out := make([]Digest, len(hashes))
	for i, h := range hashes {
		out[i] = Digest(h)
	}
	return out, nil
}

// VerifyInclusion checks an inclusion proof against a root.
func VerifyInclusion(leaf, size int64, hash Digest, path []Digest, root Digest) error {
	if leaf < 0 || size < 0 {
		return fmt.Errorf("leaf and size must not be negative")
	}
	return proof.VerifyInclusion(hasher, uint64(leaf), uint64(size), hash[:], slicesOf(path), root[:])
}

// VerifyConsistency checks a consistency proof between two roots.
func VerifyConsistency(m, n int64, path []Digest, rootM, rootN Digest) error {
	if m < 0 || n < 0 {
		return fmt.Errorf("sizes must not be negative")
	}
	return proof.VerifyConsistency(hasher, uint64(m), uint64(n), slicesOf(path), rootM[:], rootN[:])
}

func slicesOf(path []Digest) [][]byte {
	out := make([][]byte, len(path))
	for i := range path {
		out[i] = path[i][:]
	}
	return out
}
