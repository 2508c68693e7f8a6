package main

import (
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
)

// receiveCommand is the target of a copy: frames and orders on stdin, replies on stderr, its inventory on stdout.
func receiveCommand(args []string) error {
	flags := flag.NewFlagSet("receive", flag.ContinueOnError)
	volume := flags.String("volume", "/volume", "directory to be written")
	if err := flags.Parse(args); err != nil {
		return err
	}
	talk := newTalk(os.Stderr)
	t, err := openTree(*volume)
	if err == nil {
		err = newReceiver(*volume, t, talk, os.Stdout).serve(newFrameReader(os.Stdin))
	}
	if err != nil {
		talk.failed(err)
	}
	return err
}

// receiver makes its tree what the frames say. It writes in place: that the volume is incomplete until the end is for the record to say.
type receiver struct {
	root    string
	tree    *tree
	talk    *talk
	out     *frameWriter
	cache   treeCache
	claimed bool // known to be empty, wiped, or inventoried
	round   roundState
}

func newReceiver(root string, t *tree, talk *talk, out io.Writer) *receiver {
	return &receiver{root: root, tree: t, talk: talk, cache: treeCache{}, out: newFrameWriter(out), round: roundState{file: -1}}
}

func (r *receiver) serve(in *frameReader) error {
	for {
		kind, p, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil // the operator is gone or done; what is here stays, incomplete
		}
		if err != nil {
			return err
		}
		if kind == frameCommand {
			r.command(p.bytes)
			continue
		}
		if err := r.apply(kind, p); err != nil {
			return err
		}
		if p.broken {
			return errCut
		}
	}
}

func (r *receiver) command(line []byte) {
	var command copyCommand
	err := json.Unmarshal(line, &command)
	var value any
	if err == nil {
		value, err = r.answer(command)
	}
	r.talk.reply(command.ID, value, err)
}

func (r *receiver) answer(command copyCommand) (any, error) {
	r.tree.forget()
	switch command.Op {
	case "scan":
		return survey(r.root, r.tree)
	case "reset":
		r.claimed = true
		return nil, r.wipe()
	case "inventory":
		found, err := r.snapshot()
		if err != nil {
			return nil, err
		}
		r.claimed = true
		return nil, r.tree.sendInventory(found, r.out)
	case "root", "list":
		return r.list(command)
	}
	return nil, errors.New("unknown op " + command.Op)
}

func (r *receiver) snapshot() (*snapshot, error) {
	mounts, err := nestedMounts(r.root)
	if err != nil {
		return nil, err
	}
	found, err := r.tree.walk(mounts)
	if err == nil && len(found.nested) > 0 {
		err = &codedError{code: "CANNOT_CARRY", message: "another file system is mounted in the target volume"}
	}
	return found, err
}

func (r *receiver) list(command copyCommand) (any, error) {
	found, err := r.snapshot()
	if err != nil {
		return nil, err
	}
	if command.Full {
		clear(r.cache)
	}
	entries, hashed, err := listTree(r.tree, found, r.cache)
	if err != nil {
		return nil, err
	}
	if command.Op == "list" {
		r.talk.list(entries)
	}
	return rootOf(entries, hashed), nil
}

// treeCache remembers what was read back, by inode.
type treeCache map[uint64]cachedContent

func (c treeCache) get(stat *fileStat) (known cachedContent, ok bool) {
	known, ok = c[stat.ino]
	return known, ok && known.stat.sameContent(stat)
}

func (c treeCache) put(file *fileRead, known cachedContent) {
	if file.stat.settled(file.observed) && !file.changed {
		c[file.stat.ino] = known
	}
}
