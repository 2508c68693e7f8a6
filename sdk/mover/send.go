package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// sendCommand is the source of a copy: orders as JSON lines on stdin, frames on stdout, replies on stderr.
func sendCommand(args []string) error {
	flags := flag.NewFlagSet("send", flag.ContinueOnError)
	volume := flags.String("volume", "/volume", "directory to be read")
	devices := flags.Bool("allow-devices", false, "carry device nodes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	talk := newTalk(os.Stderr)
	_, _ = unix.FcntlInt(os.Stdout.Fd(), unix.F_SETPIPE_SZ, 1<<20)
	out := newFrameWriter(os.Stdout)
	s, err := openSource(*volume, out)
	if err != nil {
		talk.failed(err)
		return err
	}
	s.allowDevices, s.progress = *devices, talk.progress
	if err := out.write(frameHello, out.begin().putInt(protocol), nil); err != nil {
		return err
	}
	commands := make(chan copyCommand)
	go readCommands(os.Stdin, commands, func() { os.Exit(0) }) // the operator is gone: nothing here is worth finishing
	for command := range commands {
		value, err := s.answer(command, talk)
		talk.reply(command.ID, value, err)
	}
	return nil
}

func (s *source) answer(command copyCommand, talk *talk) (any, error) {
	switch command.Op {
	case "scan":
		return survey(s.root, s.tree)
	case "round":
		return s.round(command.Final)
	case "known":
		return nil, s.learn(command.known)
	case "root", "list":
		return s.list(command, talk)
	case "digest":
		return map[string]string{"digest": newDigestTree(s.listed).root()}, nil
	}
	return nil, errors.New("unknown op " + command.Op)
}

func (s *source) list(command copyCommand, talk *talk) (any, error) {
	found, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	var cache contentCache = mirrorCache{s}
	if command.Full {
		cache = nil
	}
	entries, hashed, err := listTree(s.tree, found, cache)
	if err != nil {
		return nil, err
	}
	s.listed = entries
	if command.Op == "list" {
		talk.list(entries)
	}
	return rootOf(entries, hashed), nil
}

// mirrorCache answers from the hashes of what was sent.
type mirrorCache struct{ source *source }

func (c mirrorCache) get(stat *fileStat) (known cachedContent, ok bool) {
	o := c.source.mirror.byIno[stat.ino]
	if o == nil || o.kind != unix.S_IFREG || !stat.sameContent(&o.reference) {
		return known, false
	}
	// After a final round a fresh time hides nothing: nobody writes.
	if !c.source.quiet && c.source.needsReading(o, stat) {
		return known, false
	}
	return cachedContent{*stat, contentHash(o.blocks, o.size), holeBytes(o.blocks, o.size), o.sent.xattrs}, true
}

func (mirrorCache) put(*fileRead, cachedContent) {}

// readCommands also reads the inventory that follows a `known`, and calls ended when the operator is gone.
func readCommands(stdin io.Reader, commands chan<- copyCommand, ended func()) {
	defer ended()
	in := bufio.NewReaderSize(stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var command copyCommand
		if json.Unmarshal(line, &command) != nil {
			return
		}
		if command.Op == "known" {
			if command.known, err = readInventory(newFrameReader(in)); err != nil {
				return
			}
		}
		commands <- command
	}
}
