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
	return (&lister{tree: t, cache: cache}).list(found)
}

// listInUse is for a tree that others write to: what vanishes is left out, and named like what changed while it was read.
func listInUse(t *tree, found *snapshot, read func(bytes int64)) (entries []entry, changing []string, err error) {
	l := &lister{tree: t, inUse: true, read: read}
	entries, _, err = l.list(found)
	return entries, l.changing, err
}

type lister struct {
	tree     *tree
	cache    contentCache
	inUse    bool
	read     func(bytes int64)
	changing []string
	lost     map[string]bool // first names of what vanished
}

func (l *lister) list(found *snapshot) ([]entry, int64, error) {
	groups := groupByInode(found)
	entries := make([]entry, 0, len(found.nodes))
	var files []*fileRead
	var waiting []int // index of the entry of each reading
	for _, g := range groups {
		e, read, err := l.describe(g)
		if err != nil {
			return nil, 0, err
		}
		if read {
			files = append(files, &fileRead{path: e.path})
			waiting = append(waiting, len(entries))
		}
		entries = append(entries, e)
	}
	on := hashing{read: l.read, done: func(i int, file *fileRead, content blockHash, holes int64) {
		e := &entries[waiting[i]]
		e.stat, e.xattrs, e.content, e.holes = file.stat, file.xattrs, content, holes
		if l.cache != nil {
			l.cache.put(file, cachedContent{file.stat, content, holes, file.xattrs})
		}
		if l.inUse && file.changed {
			l.changing = append(l.changing, file.path)
		}
	}}
	if l.inUse {
		on.lost = func(i int) { l.lose(files[i].path) }
	}
	hashed, err := hashFiles(l.tree, files, on)
	if err != nil {
		return nil, 0, err
	}
	return l.withoutLost(withOtherNames(entries, groups)), hashed, nil
}

// describe yields what is known of an inode without reading its content, and whether that has to be read.
func (l *lister) describe(g *group) (e entry, read bool, err error) {
	e = entry{path: g.paths[0], link: g.link, stat: g.stat}
	if len(g.paths) > 1 {
		e.group = g.paths[0]
	}
	if g.stat.kind() == unix.S_IFREG {
		if l.cache == nil {
			return e, true, nil
		}
		known, ok := l.cache.get(&g.stat)
		e.content, e.holes, e.xattrs = known.content, known.holes, known.xattrs
		return e, !ok, nil
	}
	e.xattrs, err = l.tree.xattrsOf(e.path)
	if l.inUse && gone(err) {
		l.lose(e.path)
		return e, false, nil
	}
	if err != nil {
		err = fmt.Errorf("%q: %w", e.path, err)
	}
	return e, false, err
}

func (l *lister) lose(path string) {
	if l.lost == nil {
		l.lost = map[string]bool{}
	}
	l.lost[path] = true
	l.changing = append(l.changing, path)
}

func (l *lister) withoutLost(entries []entry) []entry {
	if len(l.lost) == 0 {
		return entries
	}
	kept := entries[:0]
	for i := range entries {
		if !l.lost[entries[i].path] && !l.lost[entries[i].group] {
			kept = append(kept, entries[i])
		}
	}
	return kept
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

// hashing is told what comes of each file, in the order asked. Without lost a file that vanished is an error.
type hashing struct {
	done func(i int, file *fileRead, content blockHash, holes int64)
	lost func(i int)
	read func(bytes int64)
}

func hashFiles(t *tree, files []*fileRead, on hashing) (int64, error) {
	next, total := 0, int64(0)
	for file := range (&reader{tree: t}).readAll(files) {
		if err := <-file.opened; err != nil {
			if on.lost == nil || !gone(err) {
				return 0, fmt.Errorf("%q: %w", file.path, err)
			}
			on.lost(next)
			next++
			continue
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
			if on.read != nil {
				on.read(part.read)
			}
		}
		on.done(next, file, contentHash(hashes, file.stat.size), holeBytes(hashes, file.stat.size))
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
