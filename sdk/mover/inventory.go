package main

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// An inventory tells a new sender what a receiver already holds, so that an interrupted copy goes on instead of starting over.

type knownObject struct {
	path, link string
	attributes attributes
	size       int64
	ino, rdev  uint64
	blocks     []byte
}

func (t *tree) sendInventory(found *snapshot, out *frameWriter) error {
	groups := groupByInode(found)
	var files []*fileRead
	for _, g := range groups {
		if g.stat.kind() == unix.S_IFREG {
			files = append(files, &fileRead{path: g.paths[0]})
			continue
		}
		xattrs, err := t.xattrsOf(g.paths[0])
		if err != nil {
			return fmt.Errorf("%q: %w", g.paths[0], err)
		}
		if err := out.writeKnown(g, attributesOf(&g.stat, xattrs), g.stat.size); err != nil {
			return err
		}
	}
	byIno := map[uint64]*group{}
	for _, g := range groups {
		byIno[g.stat.ino] = g
	}
	for file := range (&reader{tree: t}).readAll(files) {
		if err := t.sendKnownFile(byIno, file, out); err != nil {
			return err
		}
	}
	if err := out.write(frameAllKnown, out.begin(), nil); err != nil {
		return err
	}
	return out.out.Flush()
}

func (t *tree) sendKnownFile(groups map[uint64]*group, file *fileRead, out *frameWriter) error {
	if err := <-file.opened; err != nil {
		return fmt.Errorf("%q: %w", file.path, err)
	}
	if err := out.writeKnown(groups[file.stat.ino], attributesOf(&file.stat, file.xattrs), file.stat.size); err != nil {
		return err
	}
	for result := range file.segments {
		part := <-result
		if part.err != nil {
			return fmt.Errorf("%q: %w", file.path, part.err)
		}
		giveBuffer(part.buffer)
		if err := out.write(frameBlocks, out.begin(), part.hashes); err != nil {
			return err
		}
	}
	return nil
}

// writeKnown writes one frame for each name; the blocks that follow are those of the last one's object.
func (w *frameWriter) writeKnown(g *group, a attributes, size int64) error {
	if g == nil {
		return errors.New("the target changed while its inventory was taken")
	}
	for _, path := range g.paths {
		p := w.begin().putString(path).putInt(size).putInt(int64(g.stat.ino)).putInt(int64(g.stat.rdev)).putString(g.link)
		if err := w.write(frameKnown, a.put(p), nil); err != nil {
			return err
		}
	}
	return nil
}

func readInventory(in *frameReader) ([]knownObject, error) {
	var list []knownObject
	for {
		kind, p, err := in.next()
		if err != nil {
			return nil, err
		}
		switch {
		case kind == frameAllKnown:
			return list, nil
		case kind == frameKnown:
			k := knownObject{path: p.takeString(), size: p.takeInt(), ino: uint64(p.takeInt()), rdev: uint64(p.takeInt()), link: p.takeString()}
			k.attributes = takeAttributes(p)
			list = append(list, k)
		case kind == frameBlocks && len(list) > 0:
			last := &list[len(list)-1]
			last.blocks = append(last.blocks, p.bytes...)
		default:
			return nil, fmt.Errorf("frame %q in an inventory", kind)
		}
		if p.broken {
			return nil, errCut
		}
	}
}

// learn takes an inventory for what the receiver has. Nothing of it is trusted to equal the source: every file is read and compared.
func (s *source) learn(list []knownObject) error {
	if s.rounds > 0 {
		return errors.New("an inventory comes before the first round")
	}
	s.mirror = newMirror()
	linked := map[uint64]*object{}
	for _, k := range list {
		o := linked[k.ino]
		if o == nil {
			kind := k.attributes.mode & unix.S_IFMT
			o = &object{kind: kind, rdev: k.rdev, link: k.link, sent: k.attributes, known: true}
			linked[k.ino] = o
		}
		if o.kind == unix.S_IFREG {
			o.size = k.size
			o.blocks = append(o.blocks, k.blocks...)
		}
		o.paths = append(o.paths, k.path)
		s.mirror.byPath[k.path] = o
	}
	return nil
}
