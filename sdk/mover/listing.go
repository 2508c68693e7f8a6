package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"

	"golang.org/x/sys/unix"
)

// entry is all that is compared of one name.
type entry struct {
	path, link, group, xattrs string
	stat                      fileStat
	content                   blockHash
	holes                     int64
}

// contentCache answers for a file that was hashed before and cannot have changed since.
type contentCache interface {
	get(stat *fileStat) (known cachedContent, ok bool)
	put(file *fileRead, known cachedContent)
}

type cachedContent struct {
	stat    fileStat
	content blockHash
	holes   int64
	xattrs  string
}

type rootReply struct {
	Root      string `json:"root"`
	Files     int64  `json:"files"`
	Bytes     int64  `json:"bytes"`
	Hashed    int64  `json:"hashed"` // bytes read for it
	HoleBytes int64  `json:"holeBytes"`
}

// listTree reads the whole tree, all of its content too but for what the cache knows. Sorted by path bytes.
func listTree(t *tree, found *snapshot, cache contentCache) ([]entry, int64, error) {
	groups := groupByInode(found)
	entries := make([]entry, 0, len(found.nodes))
	var files []*fileRead
	var waiting []int // index of the entry of each reading
	for _, g := range groups {
		e := entry{path: g.paths[0], link: g.link, stat: g.stat}
		if len(g.paths) > 1 {
			e.group = g.paths[0]
		}
		regular := g.stat.kind() == unix.S_IFREG
		known, ok := cachedContent{}, false
		if regular && cache != nil {
			known, ok = cache.get(&g.stat)
			e.content, e.holes, e.xattrs = known.content, known.holes, known.xattrs
		}
		if regular && !ok {
			files = append(files, &fileRead{path: e.path})
			waiting = append(waiting, len(entries))
		}
		if !regular {
			xattrs, err := t.xattrsOf(e.path)
			if err != nil {
				return nil, 0, fmt.Errorf("%q: %w", e.path, err)
			}
			e.xattrs = xattrs
		}
		entries = append(entries, e)
	}
	hashed, err := hashFiles(t, files, func(i int, file *fileRead, content blockHash, holes int64) {
		e := &entries[waiting[i]]
		e.stat, e.xattrs, e.content, e.holes = file.stat, file.xattrs, content, holes
		if cache != nil {
			cache.put(file, cachedContent{file.stat, content, holes, file.xattrs})
		}
	})
	if err != nil {
		return nil, 0, err
	}
	return withOtherNames(entries, groups), hashed, nil
}

// withOtherNames adds the further names of hard-linked files and sorts.
func withOtherNames(entries []entry, groups []*group) []entry {
	for i, g := range groups {
		for _, path := range g.paths[1:] {
			other := entries[i]
			other.path = path
			other.holes = 0
			entries = append(entries, other)
		}
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].path < entries[j].path })
	return entries
}

func hashFiles(t *tree, files []*fileRead, done func(i int, file *fileRead, content blockHash, holes int64)) (int64, error) {
	next, total := 0, int64(0)
	for file := range (&reader{tree: t}).readAll(files) {
		if err := <-file.opened; err != nil {
			return 0, fmt.Errorf("%q: %w", file.path, err)
		}
		hashes := make([]byte, 0, blockCount(file.stat.size)*hashSize)
		for result := range file.segments {
			part := <-result
			if part.err != nil {
				return 0, fmt.Errorf("%q: %w", file.path, part.err)
			}
			giveBuffer(part.buffer)
			hashes = append(hashes, part.hashes...)
			total += part.read
		}
		done(next, file, contentHash(hashes, file.stat.size), holeBytes(hashes, file.stat.size))
		next++
	}
	return total, nil
}

// canonical is what the root is made of: the same bytes for what an application cannot tell apart. Holes read as zeros.
func (e *entry) canonical() []byte {
	var p payload
	p.putString(e.path).putInt(int64(e.stat.mode)).putInt(int64(e.stat.uid)).putInt(int64(e.stat.gid)).putInt(e.stat.mtime)
	p.putString(e.link).putString(e.group).putString(e.xattrs)
	switch e.stat.kind() {
	case unix.S_IFREG:
		p.putInt(e.stat.size).putBytes(e.content[:])
	case unix.S_IFCHR, unix.S_IFBLK:
		p.putInt(int64(e.stat.rdev))
	}
	return p.bytes
}

func rootOf(entries []entry, hashed int64) rootReply {
	hasher := sha256.New()
	reply := rootReply{Hashed: hashed}
	for i := range entries {
		e := &entries[i]
		var p payload
		hasher.Write(p.putBytes(e.canonical()).bytes)
		if e.path != "" {
			reply.Files++
		}
		if e.stat.kind() == unix.S_IFREG && (e.group == "" || e.group == e.path) {
			reply.Bytes += e.stat.size
			reply.HoleBytes += e.holes
		}
	}
	reply.Root = hex.EncodeToString(hasher.Sum(nil))
	return reply
}

// listedEntry is one line of a list: the attributes apart, so that a difference can be told by its name.
type listedEntry struct {
	Path    []byte `json:"path"`
	Mode    uint32 `json:"mode"`
	Owner   string `json:"owner"`
	Mtime   int64  `json:"mtime,string"`
	Size    int64  `json:"size"`
	Holes   int64  `json:"holes"`
	Device  uint64 `json:"device,omitempty"`
	Target  []byte `json:"target,omitempty"`
	Group   []byte `json:"group,omitempty"`
	Xattrs  string `json:"xattrs,omitempty"`
	Content string `json:"content,omitempty"`
}

func (e *entry) listed() listedEntry {
	l := listedEntry{
		Path: []byte(e.path), Mode: e.stat.mode, Owner: fmt.Sprintf("%d:%d", e.stat.uid, e.stat.gid), Mtime: e.stat.mtime,
		Target: []byte(e.link), Group: []byte(e.group),
	}
	if e.xattrs != "" {
		sum := sha256.Sum256([]byte(e.xattrs))
		l.Xattrs = hex.EncodeToString(sum[:8])
	}
	switch e.stat.kind() {
	case unix.S_IFREG:
		l.Size, l.Holes, l.Content = e.stat.size, e.holes, hex.EncodeToString(e.content[:])
	case unix.S_IFCHR, unix.S_IFBLK:
		l.Device = e.stat.rdev
	}
	return l
}
