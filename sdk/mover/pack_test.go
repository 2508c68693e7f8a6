package main

import (
	"bytes"
	"math/rand"
	"testing"
)

func TestPackedFramesComeOutAsTheyWentInAroundACommand(t *testing.T) {
	noise := make([]byte, 3*packSize/2)
	rand.New(rand.NewSource(1)).Read(noise)
	var stream bytes.Buffer
	out := newFrameWriter(&stream)
	must(t, out.write(frameData, out.begin().putInt(7), bytes.Repeat([]byte("page"), packSize)))
	must(t, out.write(frameData, out.begin().putInt(8), noise))
	must(t, out.out.Flush())
	if out.packer.sent != int64(stream.Len()) || stream.Len() > len(noise)+packSize {
		t.Fatalf("%d bytes counted, %d sent", out.packer.sent, stream.Len())
	}
	stream.Write([]byte{frameCommand, 2, 0, 0, 0, '{', '}'})
	must(t, out.write(frameEnd, out.begin().putInt(9), nil))
	must(t, out.out.Flush())

	in := newFrameReader(&stream)
	for _, want := range []struct {
		kind byte
		size int
	}{{frameData, 1 + 4*packSize}, {frameData, 1 + len(noise)}, {frameCommand, 2}, {frameEnd, 1}} {
		kind, content, err := in.next()
		must(t, err)
		if kind != want.kind || len(content.bytes) != want.size {
			t.Fatalf("frame %q of %d bytes instead of %q of %d", kind, len(content.bytes), want.kind, want.size)
		}
	}
}

func TestAPackedFrameThatLiesIsAnErrorAndNoPanic(t *testing.T) {
	for _, content := range [][]byte{{}, {packedCompressed}, {packedCompressed, 0xff, 0xff, 0xff, 0xff, 0x7f}, {9, 1, 2}} {
		stream := append([]byte{framePacked, byte(len(content)), 0, 0, 0}, content...)
		if _, _, err := newFrameReader(bytes.NewReader(stream)).next(); err == nil {
			t.Errorf("%v was taken", content)
		}
	}
}
