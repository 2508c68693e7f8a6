package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// hashOrder is one question about a mounted volume; it comes as a line on stdin, because a key must not be seen in arguments.
type hashOrder struct {
	ID     int    `json:"id"`
	Op     string `json:"op"`
	Volume string `json:"volume"`
	Path   []byte `json:"path"`
	Key    []byte `json:"key"`
}

type hashReply struct {
	Hash  string `json:"hash"`
	Files int64  `json:"files"`
	Bytes int64  `json:"bytes"`
	// Files that were written or removed while they were read: the hash stands for no moment.
	Changing      [][]byte `json:"changing"`
	ChangingTotal int      `json:"changingTotal"`
	Nested        [][]byte `json:"nested"` // other file systems mounted inside: not looked into
}

type keyedFile struct {
	Path  []byte `json:"path"`
	Mode  uint32 `json:"mode"`
	Owner string `json:"owner"`
	Mac   string `json:"mac"`
}

// hashCommand tells what is in volumes that may be in use, without writing anything: orders on stdin, replies on stdout.
func hashCommand(args []string) error {
	flags := flag.NewFlagSet("hash", flag.ContinueOnError)
	var volumes volumeFlags
	flags.Var(&volumes, "volume", "name=path")
	if err := flags.Parse(args); err != nil {
		return err
	}
	h := &hasher{paths: map[string]string{}, trees: map[string]*digestTree{}, talk: newTalk(os.Stdout)}
	for _, volume := range volumes {
		name, path, _ := strings.Cut(volume, "=")
		h.paths[name] = path
	}
	return h.serve(os.Stdin)
}

type hasher struct {
	paths map[string]string
	trees map[string]*digestTree // as they were hashed: what is named later fits the hash
	talk  *talk
}

func (h *hasher) serve(stdin io.Reader) error {
	in := bufio.NewReader(stdin)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var order hashOrder
		if err := json.Unmarshal(line, &order); err != nil {
			return err
		}
		value, err := h.answer(order)
		h.talk.reply(order.ID, value, err)
	}
}

func (h *hasher) answer(order hashOrder) (any, error) {
	switch order.Op {
	case "clock":
		return map[string]int64{"clockMs": time.Now().UnixMilli()}, nil
	case "hash":
		return h.hash(order.Volume)
	case "below":
		tree := h.trees[order.Volume]
		if tree == nil {
			return nil, fmt.Errorf("%s was not hashed", order.Volume)
		}
		return map[string]any{"entries": tree.below(string(order.Path))}, nil
	case "keyed":
		files, err := h.keyed(order.Volume, order.Key)
		return map[string]any{"files": files}, err
	}
	return nil, errors.New("unknown op " + order.Op)
}

func (h *hasher) open(volume string) (*tree, *snapshot, error) {
	root, known := h.paths[volume]
	if !known {
		return nil, nil, fmt.Errorf("no volume %s", volume)
	}
	t, err := openTree(root)
	if err != nil {
		return nil, nil, err
	}
	mounts, err := nestedMounts(root)
	if err != nil {
		return nil, nil, err
	}
	found, err := t.walk(mounts)
	return t, found, err
}

func (h *hasher) hash(volume string) (any, error) {
	t, found, err := h.open(volume)
	if err != nil {
		return nil, err
	}
	defer unix.Close(t.fd)
	progress := roundProgress{}
	for i := range found.nodes {
		if found.nodes[i].stat.kind() == unix.S_IFREG {
			progress.TotalFiles++
			progress.TotalRead += found.nodes[i].stat.size
		}
	}
	entries, changing, err := listInUse(t, found, func(bytes int64) {
		progress.Read += bytes
		h.talk.progress(progress)
	})
	if err != nil {
		return nil, err
	}
	tree := newDigestTree(entries)
	h.trees[volume] = tree
	totals := rootOf(entries, 0)
	reply := hashReply{Hash: tree.root(), Files: totals.Files, Bytes: totals.Bytes, Changing: [][]byte{}, Nested: [][]byte{}}
	reply.ChangingTotal = len(changing)
	for _, path := range changing[:min(len(changing), 20)] {
		reply.Changing = append(reply.Changing, []byte(path))
	}
	for _, path := range found.nested {
		reply.Nested = append(reply.Nested, []byte(path))
	}
	return reply, nil
}

// keyed hashes each file with a key, so that equal values can be told from different ones by nobody who lacks it.
func (h *hasher) keyed(volume string, key []byte) ([]keyedFile, error) {
	files := []keyedFile{}
	t, found, err := h.open(volume)
	if err != nil {
		return nil, err
	}
	defer unix.Close(t.fd)
	for i := range found.nodes {
		n := &found.nodes[i]
		if n.stat.kind() != unix.S_IFREG {
			continue
		}
		fd, err := t.openFile(n.path, unix.O_RDONLY)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", n.path, err)
		}
		mac := hmac.New(sha256.New, key)
		file := os.NewFile(uintptr(fd), n.path)
		_, err = io.Copy(mac, file)
		file.Close()
		if err != nil {
			return nil, fmt.Errorf("%q: %w", n.path, err)
		}
		owner := fmt.Sprintf("%d:%d", n.stat.uid, n.stat.gid)
		files = append(files, keyedFile{[]byte(n.path), n.stat.mode & 0o7777, owner, hex.EncodeToString(mac.Sum(nil))})
	}
	return files, nil
}
