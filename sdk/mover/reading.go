package main

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// fileRead is the reading of one regular file: segments arrive in order, computed ahead in parallel.
type fileRead struct {
	path     string
	known    []byte // what to compare with; nil compares nothing
	compare  bool
	segments chan chan segment
	stat     fileStat // when it was opened
	// The stat that a later one is compared with, and when it was taken. Nothing was read before it.
	reference fileStat
	observed  int64
	xattrs    string
	opened    chan error // nil, or why it could not be opened; gone(err) when it vanished
	changed   bool       // it moved while it was read; known after the last segment
}

// reader reads files in the order asked, several ahead. Stores through mappings are visible to later stats only after the order
// stat, flush, read, with that stat as the reference; any other order misses some.
type reader struct {
	tree *tree
	// fsync each file, between its stat and its reading.
	flush bool
	// The files' references are given: they were taken before a sync of the whole file system.
	synced bool
}

// readAll starts the readings and yields them in order; the caller drains each.
func (r *reader) readAll(files []*fileRead) <-chan *fileRead {
	ordered := make(chan *fileRead, parallel())
	go func() {
		for _, file := range files {
			file.segments = make(chan chan segment, parallel())
			file.opened = make(chan error, 1)
			ordered <- file
			go r.read(file)
		}
		close(ordered)
	}()
	return ordered
}

func (r *reader) read(file *fileRead) {
	defer close(file.segments)
	fd, data, err := r.open(file)
	file.opened <- err
	if err != nil {
		return
	}
	var pending sync.WaitGroup
	for offset := int64(0); offset < file.stat.size; offset += segmentSize {
		size := min(segmentSize, file.stat.size-offset)
		known := file.known[min(len(file.known), blockCount(offset)*hashSize):]
		result := make(chan segment, 1)
		file.segments <- result
		pending.Add(1)
		go func(offset int64) {
			defer pending.Done()
			result <- readSegment(fd, offset, size, data, known, file.compare)
		}(offset)
	}
	pending.Wait()
	after, err := statFd(fd)
	file.changed = err != nil || !after.sameContent(&file.reference)
	unix.Close(fd)
}

func (r *reader) open(file *fileRead) (fd int, data []extent, err error) {
	fd, err = r.tree.openFile(file.path, unix.O_RDONLY)
	if err != nil {
		return -1, nil, err
	}
	defer func() {
		if err != nil {
			unix.Close(fd)
		}
	}()
	now := time.Now().UnixNano()
	if file.stat, err = statFd(fd); err != nil {
		return
	}
	if !r.synced {
		file.reference, file.observed = file.stat, now
	}
	if file.stat.kind() != unix.S_IFREG {
		return fd, nil, unix.ENOENT // replaced by something else since the walk
	}
	if r.flush {
		if err = unix.Fsync(fd); err != nil {
			return fd, nil, fmt.Errorf("fsync %q: %w", file.path, err)
		}
	}
	if file.xattrs, err = xattrsOfFd(fd); err != nil {
		return
	}
	data, err = dataExtents(fd, file.stat.size)
	return
}
