package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func digestOf(t *testing.T, root string) *digestTree {
	t.Helper()
	tree, err := openTree(root)
	must(t, err)
	found, err := tree.walk(nil)
	must(t, err)
	entries, _, err := listInUse(tree, found, nil)
	must(t, err)
	return newDigestTree(entries)
}

func TestDigestIgnoresTimesAndSeesAllElse(t *testing.T) {
	p := newPair(t)
	p.corpus()
	p.round(false)
	if digestOf(t, p.from).root() != digestOf(t, p.to).root() {
		t.Fatal("a copy has another digest")
	}
	must(t, os.Chtimes(filepath.Join(p.to, "plain"), time.Now(), time.Unix(1, 0)))
	if digestOf(t, p.from).root() != digestOf(t, p.to).root() {
		t.Fatal("a time changed the digest")
	}
	changes := map[string]func(root string) error{
		"content": func(root string) error {
			file, err := os.OpenFile(filepath.Join(root, "plain"), os.O_RDWR, 0)
			if err != nil {
				return err
			}
			defer file.Close()
			one := []byte{0}
			if _, err := file.ReadAt(one, 54_321); err != nil {
				return err
			}
			one[0] ^= 1
			_, err = file.WriteAt(one, 54_321)
			return err
		},
		"mode":    func(root string) error { return os.Chmod(filepath.Join(root, "plain"), 0o600) },
		"owner":   func(root string) error { return os.Chown(filepath.Join(root, "plain"), 12345, 0) },
		"new":     func(root string) error { return os.WriteFile(filepath.Join(root, "new"), nil, 0o644) },
		"missing": func(root string) error { return os.Remove(filepath.Join(root, "plain")) },
		"root":    func(root string) error { return os.Chmod(root, 0o700) },
	}
	for name, change := range changes {
		p := newPair(t)
		p.corpus()
		before := digestOf(t, p.from).root()
		must(t, change(p.from))
		if digestOf(t, p.from).root() == before {
			t.Errorf("%s does not show", name)
		}
	}
}

// Names sort by bytes, and "." comes before "/": what is in a directory need not follow it.
func TestDigestDescendsToWhatDiffers(t *testing.T) {
	roots := []string{t.TempDir(), t.TempDir()}
	for _, root := range roots {
		for _, file := range []string{"a/deep/one", "a.b", "a/two", "ab/three"} {
			must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, file)), 0o755))
			must(t, os.WriteFile(filepath.Join(root, file), []byte(file), 0o644))
		}
	}
	must(t, os.WriteFile(filepath.Join(roots[1], "a/deep/one"), []byte("a/deep/ONE"), 0o644))
	left, right := digestOf(t, roots[0]), digestOf(t, roots[1])
	var differ []string
	var descend func(dir string)
	descend = func(dir string) {
		other := map[string]digestedEntry{}
		for _, e := range right.below(dir) {
			other[string(e.Path)] = e
		}
		for _, e := range left.below(dir) {
			if other[string(e.Path)].Digest == e.Digest {
				continue
			}
			if e.Mode&unix.S_IFMT == unix.S_IFDIR {
				descend(string(e.Path))
			} else {
				differ = append(differ, string(e.Path))
			}
		}
	}
	descend("")
	if strings.Join(differ, " ") != "a/deep/one" {
		t.Fatalf("found %q", differ)
	}
}

func TestHashAnswersOrders(t *testing.T) {
	root := t.TempDir()
	must(t, os.WriteFile(filepath.Join(root, "pg"), []byte("secret"), 0o400))
	var out bytes.Buffer
	h := &hasher{paths: map[string]string{"v": root}, trees: map[string]*digestTree{}, talk: newTalk(&out)}
	orders := []string{
		`{"id":1,"op":"below","volume":"v"}`, `{"id":2,"op":"hash","volume":"v"}`, `{"id":3,"op":"below","volume":"v"}`,
		`{"id":4,"op":"keyed","volume":"v","key":"a2V5"}`, `{"id":5,"op":"hash","volume":"other"}`, `{"id":6,"op":"clock"}`,
	}
	must(t, h.serve(strings.NewReader(strings.Join(orders, "\n")+"\n")))
	if strings.Contains(out.String(), "secret") {
		t.Fatal("a value was told")
	}
	replies := map[int]map[string]any{}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var reply struct {
			ID    int
			OK    bool
			Reply map[string]any
		}
		must(t, json.Unmarshal([]byte(line), &reply))
		if reply.OK {
			replies[reply.ID] = reply.Reply
		}
	}
	if replies[1] != nil || replies[5] != nil {
		t.Fatal("what was not hashed or is not there was answered")
	}
	if replies[2]["files"] != 1.0 || len(replies[3]["entries"].([]any)) != 1 || replies[6]["clockMs"].(float64) < 1e12 {
		t.Fatalf("replies %v", replies)
	}
	// HMAC-SHA256("key", "secret")
	mac := replies[4]["files"].([]any)[0].(map[string]any)["mac"]
	if mac != "25cf3c44c8f39313e8cbf7c23e22fe8b2ee8b288ee5206b0a6397583a1f7f0ef" {
		t.Fatalf("mac %v", mac)
	}
}

// A directory that is written to all the time: what vanishes between the walk and its reading must not end it.
func TestListInUseLeavesOutWhatVanished(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{"stays", "goes"} {
		must(t, os.WriteFile(filepath.Join(root, file), []byte(file), 0o644))
	}
	must(t, os.Symlink("stays", filepath.Join(root, "link")))
	tree, err := openTree(root)
	must(t, err)
	found, err := tree.walk(nil)
	must(t, err)
	must(t, os.Remove(filepath.Join(root, "goes")))
	must(t, os.Remove(filepath.Join(root, "link")))
	entries, changing, err := listInUse(tree, found, nil)
	must(t, err)
	if len(entries) != 2 || entries[1].path != "stays" || len(changing) != 2 {
		t.Fatalf("%d entries, changing %q", len(entries), changing)
	}
	if _, _, err := listTree(tree, found, nil); err == nil {
		t.Fatal("a copy's list must not pass over what vanished")
	}
}
