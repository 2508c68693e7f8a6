package main

import (
	"errors"
	"io"
	"sync"

	"github.com/zeebo/xxh3"
	"golang.org/x/sys/unix"
)

// Content is compared in blocks of a database's page. A hole that covers a block has the zero hash, written zeros have their own.
const (
	blockSize   = 8 << 10
	hashSize    = 16
	segmentSize = 64 * blockSize
)

type blockHash [hashSize]byte

var (
	holeHash  blockHash
	zeroBlock [blockSize]byte
	zeroHash  = blockHash(xxh3.Hash128(zeroBlock[:]).Bytes())
)

func hashBlock(data []byte) blockHash { return xxh3.Hash128(data).Bytes() }

func blockCount(size int64) int { return int((size + blockSize - 1) / blockSize) }

type extent struct{ from, to int64 }

// dataExtents are the parts of a file that are not holes, in order.
func dataExtents(fd int, size int64) ([]extent, error) {
	var list []extent
	for at := int64(0); at < size; {
		from, err := unix.Seek(fd, at, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) {
			return list, nil
		}
		if errors.Is(err, unix.EINVAL) { // a file system without holes
			return []extent{{0, size}}, nil
		}
		if err != nil {
			return nil, err
		}
		to, err := unix.Seek(fd, from, unix.SEEK_HOLE)
		if errors.Is(err, unix.ENXIO) { // it shrank meanwhile
			to, err = size, nil
		}
		if err != nil {
			return nil, err
		}
		if from >= size {
			return list, nil
		}
		list = append(list, extent{from, min(to, size)})
		at = to
	}
	return list, nil
}

// run is a stretch of blocks that differ from what the other side has.
type run struct {
	kind         byte // frameData, frameZeros or frameHole
	offset, size int64
	data         []byte
}

// segment is the outcome of reading one stretch of a file.
type segment struct {
	hashes []byte
	runs   []run
	buffer []byte // to be given back when the runs are written
	read   int64
	short  bool // the file ended early
	err    error
}

// readSegment hashes one stretch and, when asked to compare, collects what differs from the known hashes.
func readSegment(fd int, offset, size int64, data []extent, known []byte, compare bool) segment {
	result := segment{hashes: make([]byte, 0, blockCount(size)*hashSize)}
	holes := holeMap(offset, size, data)
	if holes.any {
		result.buffer = takeBuffer()
		n, err := readAt(fd, result.buffer[:size], offset)
		if err != nil {
			result.err = err
			return result
		}
		result.read = int64(n)
		if int64(n) < size {
			result.short = true
			clear(result.buffer[n:size])
		}
	}
	for i := 0; int64(i)*blockSize < size; i++ {
		from := int64(i) * blockSize
		to := min(from+blockSize, size)
		hash := holeHash
		if !holes.hole[i] {
			hash = hashBlock(result.buffer[from:to])
		}
		result.hashes = append(result.hashes, hash[:]...)
		if !compare {
			continue
		}
		was, compared := knownHash(known, i)
		if compared && was == hash {
			continue
		}
		if !compared && hash == holeHash {
			continue // the file grows over it
		}
		result.add(hash, offset+from, to-from, from)
	}
	return result
}

func (s *segment) add(hash blockHash, offset, size, at int64) {
	kind := byte(frameData)
	switch {
	case hash == holeHash:
		kind = frameHole
	case hash == zeroHash && size == blockSize:
		kind = frameZeros
	}
	if n := len(s.runs); n > 0 {
		last := &s.runs[n-1]
		if last.kind == kind && last.offset+last.size == offset {
			last.size += size
			if kind == frameData {
				last.data = last.data[:last.size]
			}
			return
		}
	}
	next := run{kind: kind, offset: offset, size: size}
	if kind == frameData {
		next.data = s.buffer[at : at+size : len(s.buffer)]
	}
	s.runs = append(s.runs, next)
}

func knownHash(known []byte, i int) (hash blockHash, ok bool) {
	if (i+1)*hashSize > len(known) {
		return hash, false
	}
	return blockHash(known[i*hashSize : (i+1)*hashSize]), true
}

type holeFlags struct {
	hole []bool
	any  bool // some block holds data
}

// holeMap marks the blocks that lie wholly outside of all data.
func holeMap(offset, size int64, data []extent) holeFlags {
	flags := holeFlags{hole: make([]bool, blockCount(size))}
	for i := range flags.hole {
		flags.hole[i] = true
	}
	for _, e := range data {
		from, to := max(e.from, offset), min(e.to, offset+size)
		if from >= to {
			continue
		}
		for i := (from - offset) / blockSize; i <= (to-1-offset)/blockSize; i++ {
			flags.hole[i] = false
			flags.any = true
		}
	}
	return flags
}

func readAt(fd int, buffer []byte, offset int64) (int, error) {
	total := 0
	for total < len(buffer) {
		n, err := retry(func() (int, error) { return unix.Pread(fd, buffer[total:], offset+int64(total)) })
		if err != nil {
			return total, err
		}
		if n == 0 {
			return total, nil
		}
		total += n
	}
	return total, nil
}

func writeAt(fd int, buffer []byte, offset int64) error {
	for len(buffer) > 0 {
		n, err := retry(func() (int, error) { return unix.Pwrite(fd, buffer, offset) })
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrShortWrite
		}
		buffer, offset = buffer[n:], offset+int64(n)
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return make([]byte, segmentSize) }}

func takeBuffer() []byte { return buffers.Get().([]byte) }

func giveBuffer(buffer []byte) {
	if buffer != nil {
		buffers.Put(buffer)
	}
}

// contentHash is over the block hashes, holes counting as the zeros they read as.
func contentHash(hashes []byte, size int64) blockHash {
	hasher := xxh3.New()
	for i := 0; i*hashSize < len(hashes); i++ {
		hash := blockHash(hashes[i*hashSize : (i+1)*hashSize])
		if hash == holeHash {
			hash = zeroHash
			if rest := size - int64(i)*blockSize; rest < blockSize {
				hash = hashBlock(zeroBlock[:rest])
			}
		}
		_, _ = hasher.Write(hash[:])
	}
	return hasher.Sum128().Bytes()
}

func holeBytes(hashes []byte, size int64) int64 {
	total := int64(0)
	for i := 0; i*hashSize < len(hashes); i++ {
		if blockHash(hashes[i*hashSize:(i+1)*hashSize]) == holeHash {
			total += min(blockSize, size-int64(i)*blockSize)
		}
	}
	return total
}
