package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Frames carry one round after another from `send` to `receive`: type, length as 32 bits little-endian, payload.
const (
	frameHello    = 'H' // protocol
	frameRound    = 'R' // number, final, name of the staging directory
	frameStage    = 'S' // id, path: keep this object under a name of its own while paths change
	frameUnlink   = 'U' // path
	frameRmdir    = 'K' // path
	frameMkdir    = 'D' // path
	frameCreate   = 'C' // path, type and mode, rdev, symlink target
	frameLink     = 'N' // existing path, new path
	frameUnstage  = 'L' // id, new path
	frameStaged   = 'X' // all staged objects are where they belong
	frameOpen     = 'O' // path, size: the file that the next data belongs to
	frameData     = 'W' // offset, bytes
	frameZeros    = 'Z' // offset, length: written zeros
	frameHole     = 'P' // offset, length: no longer allocated
	frameMeta     = 'M' // path, attributes
	frameEnd      = 'E' // number, bytes of payload
	frameCommand  = 'Q' // JSON from the operator, between rounds
	frameKnown    = 'A' // inventory: path, attributes, size, ino, rdev, symlink target
	frameBlocks   = 'B' // inventory: block hashes of the file before
	frameAllKnown = 'F' // inventory: complete
)

const maxFrame = 64 << 20

// payload is built by appending and read by consuming; a short or oversized field makes it broken, never a panic.
type payload struct {
	bytes  []byte
	broken bool
}

func (p *payload) putBytes(value []byte) *payload {
	p.bytes = binary.AppendUvarint(p.bytes, uint64(len(value)))
	p.bytes = append(p.bytes, value...)
	return p
}

func (p *payload) putString(value string) *payload {
	p.bytes = binary.AppendUvarint(p.bytes, uint64(len(value)))
	p.bytes = append(p.bytes, value...)
	return p
}

func (p *payload) putInt(value int64) *payload {
	p.bytes = binary.AppendVarint(p.bytes, value)
	return p
}

func (p *payload) takeBytes() []byte {
	length, n := binary.Uvarint(p.bytes)
	if n <= 0 || length > uint64(len(p.bytes)-n) {
		p.broken, p.bytes = true, nil
		return nil
	}
	value := p.bytes[n : n+int(length)]
	p.bytes = p.bytes[n+int(length):]
	return value
}

func (p *payload) takeString() string { return string(p.takeBytes()) }

func (p *payload) takeInt() int64 {
	value, n := binary.Varint(p.bytes)
	if n <= 0 {
		p.broken, p.bytes = true, nil
		return 0
	}
	p.bytes = p.bytes[n:]
	return value
}

// frameWriter sends frames packed. Data is written through, never copied into the payload.
type frameWriter struct {
	out     *bufio.Writer
	packer  *packer
	scratch []byte
}

func newFrameWriter(out io.Writer) *frameWriter {
	packer := &packer{out: out}
	return &frameWriter{out: bufio.NewWriterSize(packer, packSize), packer: packer}
}

// begin hands out an empty payload whose memory is used again by the next frame.
func (w *frameWriter) begin() *payload { return &payload{bytes: w.scratch[:0]} }

func (w *frameWriter) write(kind byte, head *payload, data []byte) error {
	w.scratch = head.bytes
	var header [5]byte
	header[0] = kind
	binary.LittleEndian.PutUint32(header[1:], uint32(len(head.bytes)+len(data)))
	for _, part := range [][]byte{header[:], head.bytes, data} {
		if _, err := w.out.Write(part); err != nil {
			return err
		}
	}
	return nil
}

type frameReader struct {
	in     *bufio.Reader
	buffer []byte
}

func newFrameReader(in io.Reader) *frameReader {
	return &frameReader{in: bufio.NewReaderSize(&unpacker{in: bufio.NewReaderSize(in, packSize)}, packSize)}
}

// next yields a payload that is valid until the following call; io.EOF only between frames.
func (r *frameReader) next() (byte, *payload, error) {
	var header [5]byte
	if _, err := io.ReadFull(r.in, header[:1]); err != nil {
		return 0, nil, err
	}
	if _, err := io.ReadFull(r.in, header[1:]); err != nil {
		return 0, nil, errCut
	}
	length := int(binary.LittleEndian.Uint32(header[1:]))
	if length > maxFrame {
		return 0, nil, fmt.Errorf("frame %q of %d bytes: this is not our stream", header[0], length)
	}
	if cap(r.buffer) < length {
		r.buffer = make([]byte, length)
	}
	if _, err := io.ReadFull(r.in, r.buffer[:length]); err != nil {
		return 0, nil, errCut
	}
	return header[0], &payload{bytes: r.buffer[:length]}, nil
}

var errCut = errors.New("the stream was cut inside a frame")
