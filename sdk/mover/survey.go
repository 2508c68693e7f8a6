package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// finding is something in a volume that a copy cannot carry, or carries in a way one should know.
type finding struct {
	Path []byte `json:"path"`
	// nested-mount | device | immutable: cannot be carried. socket: skipped.
	Kind string `json:"kind"`
	Text string `json:"text"`
}

type surveyTotals struct {
	Files          int64     `json:"files"`
	Bytes          int64     `json:"bytes"`
	AllocatedBytes int64     `json:"allocatedBytes"`
	FsType         string    `json:"fsType"`
	FreeBytes      int64     `json:"freeBytes"`
	FreeInodes     int64     `json:"freeInodes"`
	TracksWrites   bool      `json:"tracksWrites"` // false: each round reads every file
	Findings       []finding `json:"findings"`
}

// survey counts a tree and names what cannot be carried. Hard links count once.
func survey(root string, t *tree) (surveyTotals, error) {
	mounts, err := nestedMounts(root)
	if err != nil {
		return surveyTotals{}, err
	}
	found, err := t.walk(mounts)
	if err != nil {
		return surveyTotals{}, err
	}
	totals := surveyTotals{Findings: findingsOf(found, false)}
	if totals.FsType, totals.FreeBytes, totals.FreeInodes, err = fileSystem(root); err != nil {
		return totals, err
	}
	totals.TracksWrites = tracksMappedWrites(totals.FsType)
	seen := map[uint64]bool{}
	for i := range found.nodes {
		stat := &found.nodes[i].stat
		if found.nodes[i].path == "" || (stat.nlink > 1 && stat.kind() != unix.S_IFDIR && seen[stat.ino]) {
			continue
		}
		seen[stat.ino] = stat.nlink > 1
		totals.Files++
		totals.AllocatedBytes += stat.allocated
		if stat.kind() == unix.S_IFREG {
			totals.Bytes += stat.size
		}
	}
	return totals, nil
}

func findingsOf(found *snapshot, allowDevices bool) []finding {
	list := []finding{}
	add := func(path, kind, text string) { list = append(list, finding{[]byte(path), kind, text}) }
	for _, path := range found.nested {
		add(path, "nested-mount", "another file system is mounted here")
	}
	for i := range found.nodes {
		n := &found.nodes[i]
		switch n.stat.kind() {
		case unix.S_IFSOCK:
			add(n.path, "socket", "sockets are made again by their program")
		case unix.S_IFCHR, unix.S_IFBLK:
			if !allowDevices {
				add(n.path, "device", fmt.Sprintf("device node %d:%d", unix.Major(n.stat.rdev), unix.Minor(n.stat.rdev)))
			}
		}
		if n.stat.frozen {
			add(n.path, "immutable", "has the immutable or append-only flag")
		}
	}
	return list
}

// refusesCopy yields the first finding that a copy cannot pass over.
func refusesCopy(list []finding) *finding {
	for i := range list {
		if list[i].Kind != "socket" {
			return &list[i]
		}
	}
	return nil
}
