package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func store(t *testing.T) recordStore {
	t.Helper()
	s, err := openRecordStore(filepath.Join(t.TempDir(), "drayage"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func document(version int, leases string) string {
	return fmt.Sprintf(`{"schemaVersion":1,"version":%d,"workloads":{%s}}`, version, leases)
}

func workload(identity, session string) string {
	return fmt.Sprintf(`"%s":{"name":"a<b>","epoch":7,"big":12345678901234567890,"lease":{"epoch":7,"holder":"h","session":"%s"}}`, identity, session)
}

func code(err error) string {
	if coded, ok := err.(*codedError); ok {
		return coded.code
	}
	return fmt.Sprint(err)
}

func TestRecordIsPrivate(t *testing.T) {
	s := store(t)
	if err := s.swap(0, document(1, "")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{s.dir: 0o700, filepath.Join(s.dir, recordName): 0o600} {
		if info, _ := os.Stat(path); info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
	}
}

func TestSwapRefusesAnotherVersionAndShowsTheDocument(t *testing.T) {
	s := store(t)
	if err := s.swap(0, document(1, "")); err != nil {
		t.Fatal(err)
	}
	err := s.swap(0, document(1, ""))
	if code(err) != "CONFLICT" || !strings.Contains(*err.(*codedError).text, `"version":1`) {
		t.Fatal(err)
	}
	if err := s.swap(1, document(3, "")); err == nil {
		t.Fatal("skipped a version")
	}
}

func TestSwapNeverOverwritesWhatItCannotRead(t *testing.T) {
	for _, content := range []string{"{", `{"workloads":{}}`, "\xff\xfe"} {
		s := store(t)
		path := filepath.Join(s.dir, recordName)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.swap(0, document(1, "")); code(err) != "UNREADABLE" {
			t.Errorf("%q: %v", content, err)
		}
		_ = s.releaseAll("x")
		if kept, _ := os.ReadFile(path); string(kept) != content {
			t.Errorf("%q became %q", content, kept)
		}
	}
}

func TestOneOfManySwapsWins(t *testing.T) {
	s := store(t)
	var wins, wait = make(chan int, 16), sync.WaitGroup{}
	for i := 0; i < 16; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			if s.swap(0, document(1, "")) == nil {
				wins <- i
			}
		}(i)
	}
	wait.Wait()
	if len(wins) != 1 {
		t.Fatalf("%d winners", len(wins))
	}
}

func TestEndOfInputReleasesOnlyTheLeasesOfTheSession(t *testing.T) {
	s := store(t)
	if err := s.swap(0, document(1, workload("mine", "me")+","+workload("theirs", "them"))); err != nil {
		t.Fatal(err)
	}
	session := &recordSession{store: s}
	var out bytes.Buffer
	in := `{"id":1,"op":"hello","session":"me"}
{"id":2,"op":"check","identity":"mine","epoch":7}
{"id":3,"op":"check","identity":"theirs","epoch":7}
{"id":4,"op":"check","identity":"mine","epoch":6}
`
	if err := session.serve(strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	session.end()
	var held []bool
	for decoder := json.NewDecoder(&out); decoder.More(); {
		var reply recordReply
		if err := decoder.Decode(&reply); err != nil || !reply.OK {
			t.Fatal(reply, err)
		}
		if reply.Held != nil {
			held = append(held, *reply.Held)
		}
	}
	if fmt.Sprint(held) != "[true false false]" {
		t.Errorf("held %v", held)
	}
	text, _ := s.read()
	if version, _ := versionOf(text); version != 2 {
		t.Errorf("version %d", version)
	}
	if mine, _ := s.lease("mine"); mine != nil {
		t.Errorf("still held: %v", mine)
	}
	if theirs, _ := s.lease("theirs"); theirs == nil || theirs.Session != "them" {
		t.Errorf("lost: %v", theirs)
	}
	for _, kept := range []string{"12345678901234567890", "a<b>"} {
		if strings.Count(*text, kept) != 2 {
			t.Errorf("%s was rewritten: %s", kept, *text)
		}
	}
}
