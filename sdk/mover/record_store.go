package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

const recordName = "record.json"

// recordStore keeps one document in a directory: written under a lock beside it, durable before the answer, never half.
type recordStore struct{ dir string }

// leaseStamp is the only part of the document the mover understands.
type leaseStamp struct {
	Epoch   int64  `json:"epoch"`
	Holder  string `json:"holder"`
	Session string `json:"session"`
	Since   string `json:"since"`
	Purpose string `json:"purpose"`
}

type codedError struct {
	code    string
	message string
	text    *string
}

func (e *codedError) Error() string { return e.message }

func openRecordStore(dir string) (recordStore, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return recordStore{}, err
	}
	// Docker makes the directory of a bind mount with 0755.
	return recordStore{dir}, os.Chmod(dir, 0o700)
}

func (s recordStore) read() (*string, error) {
	content, err := os.ReadFile(filepath.Join(s.dir, recordName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(content) {
		return nil, unreadable(errors.New("not UTF-8"))
	}
	text := string(content)
	return &text, nil
}

// swap writes the document when the one on disk still has the expected version; the new one must carry the next.
func (s recordStore) swap(expect int64, document string) error {
	next, err := versionOf(&document)
	if err != nil {
		return err
	}
	if next != expect+1 {
		return fmt.Errorf("document has version %d after %d", next, expect)
	}
	return s.locked(func() error {
		text, err := s.read()
		if err != nil {
			return err
		}
		version, err := versionOf(text)
		if err != nil {
			return err
		}
		if version != expect {
			return &codedError{"CONFLICT", fmt.Sprintf("version is %d, expected %d", version, expect), text}
		}
		return s.write([]byte(document))
	})
}

func (s recordStore) lease(identity string) (*leaseStamp, error) {
	text, err := s.read()
	if err != nil || text == nil {
		return nil, err
	}
	var document struct {
		Workloads map[string]struct {
			Lease *leaseStamp `json:"lease"`
		} `json:"workloads"`
	}
	if err := json.Unmarshal([]byte(*text), &document); err != nil {
		return nil, unreadable(err)
	}
	return document.Workloads[identity].Lease, nil
}

// releaseAll removes every lease of a session and nothing else. A document it cannot read stays as it is.
func (s recordStore) releaseAll(session string) error {
	return s.locked(func() error {
		text, err := s.read()
		if err != nil || text == nil {
			return err
		}
		released, err := withoutLeases([]byte(*text), session)
		if err != nil || released == nil {
			return err
		}
		return s.write(released)
	})
}

// withoutLeases yields nil when the session holds nothing. All else is carried as the bytes it was.
func withoutLeases(content []byte, session string) ([]byte, error) {
	var document, workloads map[string]json.RawMessage
	if err := json.Unmarshal(content, &document); err != nil {
		return nil, unreadable(err)
	}
	if err := json.Unmarshal(document["workloads"], &workloads); err != nil {
		return nil, unreadable(err)
	}
	found := false
	for identity, raw := range workloads {
		var workload map[string]json.RawMessage
		var lease leaseStamp
		if err := json.Unmarshal(raw, &workload); err != nil {
			return nil, unreadable(err)
		}
		if workload["lease"] == nil || json.Unmarshal(workload["lease"], &lease) != nil || lease.Session != session {
			continue
		}
		found = true
		delete(workload, "lease")
		workloads[identity] = encode(workload)
	}
	if !found {
		return nil, nil
	}
	text := string(content)
	version, err := versionOf(&text)
	if err != nil {
		return nil, err
	}
	document["version"] = encode(version + 1)
	document["workloads"] = encode(workloads)
	return encode(document), nil
}

func encode(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // maps of raw messages that were decoded a moment ago
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

func versionOf(text *string) (int64, error) {
	if text == nil {
		return 0, nil
	}
	var document struct {
		Version *int64 `json:"version"`
	}
	if err := json.Unmarshal([]byte(*text), &document); err != nil {
		return 0, unreadable(err)
	}
	if document.Version == nil {
		return 0, unreadable(errors.New("no version"))
	}
	return *document.Version, nil
}

func unreadable(err error) error {
	return &codedError{code: "UNREADABLE", message: "the record is not readable: " + err.Error()}
}

// locked holds a lock on a file beside the record, because the record itself is replaced by each write.
func (s recordStore) locked(change func() error) error {
	lock, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	for {
		err = unix.Flock(int(lock.Fd()), unix.LOCK_EX)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		return err
	}
	return change()
}

func (s recordStore) write(content []byte) error {
	temporary := filepath.Join(s.dir, recordName+".new")
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(temporary, filepath.Join(s.dir, recordName))
	}
	if err != nil {
		return err
	}
	directory, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	defer directory.Close()
	return directory.Sync()
}
