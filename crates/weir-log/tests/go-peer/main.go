// Go-peer reads a log that weir wrote and checks it with the Go project's own
// packages for notes and transparency logs.
//
// Usage: go-peer DIR VKEY OLD_CHECKPOINT
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: go-peer DIR VKEY OLD_CHECKPOINT")
		os.Exit(2)
	}
	n, err := check(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("OK", n)
}

func check(dir, vkey, oldPath string) (int64, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return 0, err
	}
	tree, err := openCheckpoint(filepath.Join(dir, "checkpoint"), verifier)
	if err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	old, err := openCheckpoint(oldPath, verifier)
	if err != nil {
		return 0, fmt.Errorf("older checkpoint: %w", err)
	}

	// This reader authenticates each tile that it reads against the signed root.
	reader := &tiles{dir: dir, seen: map[tlog.Tile][]byte{}}
	hashes := tlog.TileHashReader(tree, reader)
	if old.N > 0 {
		proof, err := tlog.ProveTree(tree.N, old.N, hashes)
		if err != nil {
			return 0, fmt.Errorf("consistency: %w", err)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
			return 0, fmt.Errorf("consistency: %w", err)
		}
	}

	entries, err := readEntries(dir, tree.N)
	if err != nil {
		return 0, err
	}
	// The proof of a record never reads the record's own hash, so that is looked at by itself.
	for start := 0; start < len(entries); start += 1 << height {
		bundle := entries[start:min(start+1<<height, len(entries))]
		var indexes []int64
		for i := range bundle {
			indexes = append(indexes, tlog.StoredHashIndex(0, int64(start+i)))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return 0, fmt.Errorf("leaves from %d: %w", start, err)
		}
		for i, entry := range bundle {
			if leaves[i] != tlog.RecordHash(entry) {
				return 0, fmt.Errorf("record %d is not the hashed one", start+i)
			}
		}
	}
	// Inclusion proofs are made from the tiles as they are, and each is checked against the root.
	plain := tlog.HashReaderFunc(reader.hashes(tree.N))
	for i, entry := range entries {
		proof, err := tlog.ProveRecord(tree.N, int64(i), plain)
		if err != nil {
			return 0, fmt.Errorf("record %d: %w", i, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(entry)); err != nil {
			return 0, fmt.Errorf("record %d: %w", i, err)
		}
	}
	return tree.N, nil
}

func openCheckpoint(path string, verifier note.Verifier) (tlog.Tree, error) {
	msg, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := note.Open(msg, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tlog.Tree{}, errors.New("not origin, size and root")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != sha256.Size {
		return tlog.Tree{}, errors.New("malformed root")
	}
	return tlog.Tree{N: size, Hash: tlog.Hash(root)}, nil
}

// tilePath is the C2SP path of a tile: the Go project's own without the height.
func tilePath(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

type tiles struct {
	dir  string
	seen map[tlog.Tile][]byte
}

func (r *tiles) Height() int { return height }

func (r *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range wanted {
		data, ok := r.seen[t]
		if !ok {
			var err error
			if data, err = os.ReadFile(filepath.Join(r.dir, tilePath(t))); err != nil {
				return nil, err
			}
			r.seen[t] = data
		}
		all = append(all, data)
	}
	return all, nil
}

func (r *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (r *tiles) hashes(size int64) func([]int64) ([]tlog.Hash, error) {
	return func(indexes []int64) ([]tlog.Hash, error) {
		var all []tlog.Hash
		for _, index := range indexes {
			t := tlog.TileForIndex(height, index)
			// The tile as wide as the tree has it.
			here := size>>(height*t.L) - t.N<<height
			t.W = int(min(here, 1<<height))
			data, err := r.ReadTiles([]tlog.Tile{t})
			if err != nil {
				return nil, err
			}
			hash, err := tlog.HashFromTile(t, data[0], index)
			if err != nil {
				return nil, err
			}
			all = append(all, hash)
		}
		return all, nil
	}
}

func readEntries(dir string, size int64) ([][]byte, error) {
	var all [][]byte
	for n := int64(0); n<<height < size; n++ {
		t := tlog.Tile{H: height, L: -1, N: n, W: int(min(size-n<<height, 1<<height))}
		data, err := os.ReadFile(filepath.Join(dir, tilePath(t)))
		if err != nil {
			return nil, err
		}
		for range t.W {
			if len(data) < 2 {
				return nil, fmt.Errorf("bundle %d is short", n)
			}
			length := 2 + int(binary.BigEndian.Uint16(data))
			if len(data) < length {
				return nil, fmt.Errorf("bundle %d is short", n)
			}
			all = append(all, data[2:length])
			data = data[length:]
		}
		if len(data) > 0 {
			return nil, fmt.Errorf("bundle %d has more than its entries", n)
		}
	}
	return all, nil
}
