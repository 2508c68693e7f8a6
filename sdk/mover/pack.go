package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/s2"
)

// framePacked holds a stretch of the stream of frames, compressed or not: what is sent passes through both engines, ssh and the
// operator, and each of them pays for every byte.
const framePacked = 'Y'

const (
	packedPlain      = 0
	packedCompressed = 1
	packSize         = 1 << 20
)

// packer sends what it is given as packed frames and counts what leaves.
type packer struct {
	out     io.Writer
	sent    int64
	scratch []byte
}

func (p *packer) Write(data []byte) (int, error) {
	taken := 0
	for taken < len(data) {
		part := data[taken:min(len(data), taken+packSize)]
		if err := p.send(part); err != nil {
			return taken, err
		}
		taken += len(part)
	}
	return taken, nil
}

func (p *packer) send(part []byte) error {
	const head = 6
	if need := head + s2.MaxEncodedLen(packSize); cap(p.scratch) < need {
		p.scratch = make([]byte, need)
	}
	frame := p.scratch[:cap(p.scratch)]
	method, packed := byte(packedCompressed), s2.Encode(frame[head:], part)
	if len(packed) > len(part)*9/10 {
		method, packed = packedPlain, frame[head:head+copy(frame[head:], part)]
	}
	frame = frame[:head+len(packed)]
	frame[0], frame[5] = framePacked, method
	binary.LittleEndian.PutUint32(frame[1:], uint32(len(packed)+1))
	p.sent += int64(len(frame))
	_, err := p.out.Write(frame)
	return err
}

// unpacker turns packed frames back into the stream; a frame that is not packed, as the operator's commands between rounds, goes
// through as it is. It never reads beyond the frame it is in.
type unpacker struct {
	in    *bufio.Reader
	frame []byte
	plain []byte
	left  []byte
}

func (u *unpacker) Read(data []byte) (int, error) {
	for len(u.left) == 0 {
		if err := u.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(data, u.left)
	u.left = u.left[n:]
	return n, nil
}

func (u *unpacker) fill() error {
	var header [5]byte
	if _, err := io.ReadFull(u.in, header[:1]); err != nil {
		return err
	}
	if _, err := io.ReadFull(u.in, header[1:]); err != nil {
		return errCut
	}
	length := int(binary.LittleEndian.Uint32(header[1:]))
	if length > maxFrame {
		return fmt.Errorf("frame %q of %d bytes: this is not our stream", header[0], length)
	}
	if cap(u.frame) < len(header)+length {
		u.frame = make([]byte, len(header)+length)
	}
	frame := u.frame[:len(header)+length]
	copy(frame, header[:])
	if _, err := io.ReadFull(u.in, frame[len(header):]); err != nil {
		return errCut
	}
	if header[0] != framePacked {
		u.left = frame
		return nil
	}
	return u.unpack(frame[len(header):])
}

func (u *unpacker) unpack(packed []byte) error {
	if len(packed) == 0 {
		return errPacked
	}
	method, content := packed[0], packed[1:]
	if method == packedPlain {
		u.left = content
		return nil
	}
	length, err := s2.DecodedLen(content)
	if err != nil || method != packedCompressed || length > packSize {
		return errPacked
	}
	if u.plain, err = s2.Decode(u.plain[:cap(u.plain)], content); err != nil {
		return errPacked
	}
	u.left = u.plain
	return nil
}

var errPacked = errors.New("a packed frame cannot be unpacked")
