package main

import (
	"os"
	"path/filepath"
	"testing"
)

func proc(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestHostStateIsReadFromProc(t *testing.T) {
	folder := proc(t, map[string]string{
		"loadavg": "0.20 1.18 12.00 1/80 11206\n",
		"uptime":  "350735.47 234388.90\n",
		"meminfo": "MemTotal:       24566120 kB\nMemFree:         100 kB\nMemAvailable:   20000000 kB\n",
	})
	state, err := readHostState(folder, []string{folder})
	if err != nil {
		t.Fatal(err)
	}
	if state.Load[1] != 1.18 || state.UptimeSeconds != 350735.47 || state.MemoryBytes != 24566120*1024 || state.AvailableMemoryBytes != 20000000*1024 {
		t.Fatalf("%+v", state)
	}
	if disk := state.Disks[0]; disk.Path != folder || disk.TotalBytes < disk.FreeBytes || disk.FreeBytes <= 0 || disk.FsType == "" {
		t.Fatalf("%+v", disk)
	}
}

func TestHostStateIsNeverMadeUp(t *testing.T) {
	good := map[string]string{"loadavg": "0 0 0", "uptime": "1", "meminfo": "MemTotal: 2 kB\nMemAvailable: 1 kB"}
	for name, content := range map[string]string{"loadavg": "0 0", "uptime": "soon", "meminfo": "MemTotal: 2 kB"} {
		files := map[string]string{}
		for file, text := range good {
			files[file] = text
		}
		files[name] = content
		if state, err := readHostState(proc(t, files), nil); err == nil {
			t.Fatalf("%s: %q gave %+v", name, content, state)
		}
	}
	if state, err := readHostState(proc(t, good), []string{"/does/not/exist"}); err == nil {
		t.Fatalf("a disk that is not there gave %+v", state)
	}
}
