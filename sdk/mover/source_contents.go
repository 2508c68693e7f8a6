package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// needsReading: not read yet, or its times moved, or they would not have moved.
func (s *source) needsReading(o *object, now *fileStat) bool {
	return s.alwaysRead || !o.settled || !now.sameContent(&o.reference)
}

// manyFiles is where one sync of the file system costs less than an fsync for each.
const manyFiles = 64

func (s *source) sendContents(groups []*group, observed int64, final bool, summary *roundSummary) error {
	var files []*fileRead
	var objects []*object
	for _, g := range groups {
		if g.object.kind != unix.S_IFREG || !s.needsReading(g.object, &g.stat) {
			continue
		}
		files = append(files, &fileRead{
			path: g.paths[0], known: g.object.blocks, compare: true, reference: g.stat, observed: observed,
		})
		objects = append(objects, g.object)
		summary.TotalRead += g.stat.size
	}
	summary.TotalFiles = int64(len(files))
	r := &reader{tree: s.tree, flush: !final && len(files) < manyFiles, synced: !final && len(files) >= manyFiles}
	if r.synced {
		if err := s.tree.syncAll(); err != nil {
			return fmt.Errorf("sync: %w", err)
		}
	}
	next := 0
	for file := range r.readAll(files) {
		if err := s.sendFile(objects[next], file, final, summary); err != nil {
			return err
		}
		next++
		summary.Files++
		s.progress(summary.roundProgress)
	}
	return nil
}

// sendFile writes the runs that differ. The object follows what was written, block by block.
func (s *source) sendFile(o *object, file *fileRead, final bool, summary *roundSummary) error {
	o.settled = false
	if err := <-file.opened; err != nil {
		if gone(err) && !final {
			summary.Changed = append(summary.Changed, []byte(file.path))
			return nil // the next round's walk will tell
		}
		return fmt.Errorf("%q: %w", file.path, err)
	}
	replaced := file.stat.ino != o.ino // another file took the name: its content goes under it, the next round sorts out the rest
	size := file.stat.size
	wrote := false
	open := func() error {
		if wrote {
			return nil
		}
		wrote = true
		return s.out.write(frameOpen, s.out.begin().putString(file.path).putInt(size), nil)
	}
	if size != o.size {
		if err := open(); err != nil {
			return err
		}
	}
	blocks := make([]byte, 0, blockCount(size)*hashSize)
	short := false
	for result := range file.segments {
		part := <-result
		if part.err != nil {
			return fmt.Errorf("%q: %w", file.path, part.err)
		}
		short = short || part.short
		summary.Read += part.read
		for i := range part.runs {
			if err := open(); err != nil {
				return err
			}
			if err := s.sendRun(&part.runs[i]); err != nil {
				return err
			}
		}
		giveBuffer(part.buffer)
		blocks = append(blocks, part.hashes...)
		summary.Bytes = s.out.packer.sent - s.start
		s.progress(summary.roundProgress)
	}
	o.size, o.blocks, o.reference = size, blocks, file.reference
	o.settled = !short && !replaced && file.reference.settled(file.observed)
	if file.changed || short || replaced {
		summary.Changed = append(summary.Changed, []byte(file.path))
	}
	return s.sendMeta(o, file.path, attributesOf(&file.stat, file.xattrs), wrote)
}

func (s *source) sendRun(r *run) error {
	if r.kind == frameData {
		return s.out.write(frameData, s.out.begin().putInt(r.offset), r.data)
	}
	return s.out.write(r.kind, s.out.begin().putInt(r.offset).putInt(r.size), nil)
}
