package main

import (
	"crypto/sha256"
	"encoding/hex"

	"golang.org/x/sys/unix"
)

// digestTree has a digest for each name of a tree, a directory's over all below it. Two trees that hold the same data have the
// same digest at the root, whenever their files were written: times are no part of it, and neither is a name's own path, so that
// the digest of a subtree stays when it is moved. Where two roots differ, one descends along the names whose digests differ.
type digestTree struct {
	entries  []entry
	children map[string][]int
	digests  [][sha256.Size]byte
}

// newDigestTree takes entries sorted by path: a directory stands before what is in it.
func newDigestTree(entries []entry) *digestTree {
	d := &digestTree{entries: entries, children: map[string][]int{}, digests: make([][sha256.Size]byte, len(entries))}
	for i := range entries {
		if entries[i].path != "" {
			dir, _ := splitPath(entries[i].path)
			d.children[dir] = append(d.children[dir], i)
		}
	}
	for i := len(entries) - 1; i >= 0; i-- {
		d.digests[i] = d.digest(i)
	}
	return d
}

func (d *digestTree) digest(i int) [sha256.Size]byte {
	e := &d.entries[i]
	var p payload
	p.putInt(int64(e.stat.mode)).putInt(int64(e.stat.uid)).putInt(int64(e.stat.gid))
	p.putString(e.link).putString(e.group).putString(e.xattrs)
	switch e.stat.kind() {
	case unix.S_IFREG:
		p.putInt(e.stat.size).putBytes(e.content[:])
	case unix.S_IFCHR, unix.S_IFBLK:
		p.putInt(int64(e.stat.rdev))
	case unix.S_IFDIR:
		for _, child := range d.children[e.path] {
			_, name := splitPath(d.entries[child].path)
			p.putString(name).putBytes(d.digests[child][:])
		}
	}
	return sha256.Sum256(p.bytes)
}

// root is the digest of the whole; "" for a tree without entries, which no open tree is.
func (d *digestTree) root() string {
	if len(d.digests) == 0 {
		return ""
	}
	return hex.EncodeToString(d.digests[0][:])
}

// digestedEntry is what is told of one name below a directory.
type digestedEntry struct {
	listedEntry
	Digest string `json:"digest"`
}

func (d *digestTree) below(dir string) []digestedEntry {
	list := make([]digestedEntry, 0, len(d.children[dir]))
	for _, i := range d.children[dir] {
		list = append(list, digestedEntry{d.entries[i].listed(), hex.EncodeToString(d.digests[i][:])})
	}
	return list
}
