module github.com/drayage/mover

go 1.21

require (
	github.com/klauspost/compress v1.17.11
	github.com/zeebo/xxh3 v1.0.2
	golang.org/x/sys v0.28.0
)

require github.com/klauspost/cpuid/v2 v2.0.9 // indirect
