package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// source is the reading end of a copy: it knows what the receiver has and sends what differs.
type source struct {
	root         string
	tree         *tree
	out          *frameWriter
	mirror       *mirror
	rounds       int64
	allowDevices bool
	progress     func(roundProgress)
	alwaysRead   bool    // the file system hides stores through mappings
	start        int64   // bytes written before this round
	quiet        bool    // the last round was final: nothing writes any more
	listed       []entry // by the last root, for a digest that is asked for when there is time
}

type roundProgress struct {
	Files      int64 `json:"files"`
	Bytes      int64 `json:"bytes"` // of frames written
	Read       int64 `json:"read"`  // bytes of files looked at
	TotalFiles int64 `json:"totalFiles"`
	TotalRead  int64 `json:"totalRead"`
}

// roundSummary tells what a round did; Changed are files that moved while they were read.
type roundSummary struct {
	roundProgress
	Round   int64    `json:"round"`
	Changed [][]byte `json:"changed,omitempty"`
}

func openSource(root string, out *frameWriter) (*source, error) {
	t, err := openTree(root)
	if err != nil {
		return nil, err
	}
	kind, _, _, err := fileSystem(root)
	if err != nil {
		return nil, err
	}
	s := &source{root: root, tree: t, out: out, mirror: newMirror(), alwaysRead: !tracksMappedWrites(kind)}
	s.progress = func(roundProgress) {}
	// The root is there on both sides, with attributes to be set.
	s.mirror.byPath[""] = &object{kind: unix.S_IFDIR, paths: []string{""}}
	return s, nil
}

// round sends what changed since the one before. In the final round nothing writes any more: one sync stands for all.
func (s *source) round(final bool) (*roundSummary, error) {
	s.quiet = final
	if final {
		if err := s.tree.syncAll(); err != nil {
			return nil, fmt.Errorf("sync: %w", err)
		}
	}
	found, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	groups := s.mirror.match(found)
	s.start = s.out.packer.sent
	touched, err := s.sendNames(final, found, groups)
	if err != nil {
		return nil, err
	}
	summary := &roundSummary{Round: s.rounds}
	if err := s.sendContents(groups, found.observed, final, summary); err != nil {
		return nil, err
	}
	if err := s.sendAttributes(groups, found.observed, touched); err != nil {
		return nil, err
	}
	if err := s.out.out.Flush(); err != nil {
		return summary, err
	}
	summary.Bytes = s.out.packer.sent - s.start
	if err := s.out.write(frameEnd, s.out.begin().putInt(s.rounds).putInt(summary.Bytes), nil); err != nil {
		return nil, err
	}
	return summary, s.out.out.Flush()
}

func (s *source) snapshot() (*snapshot, error) {
	mounts, err := nestedMounts(s.root)
	if err != nil {
		return nil, err
	}
	found, err := s.tree.walk(mounts)
	if err != nil {
		return nil, err
	}
	if refused := refusesCopy(findingsOf(found, s.allowDevices)); refused != nil {
		return nil, &codedError{code: "CANNOT_CARRY", message: fmt.Sprintf("%q: %s", refused.Path, refused.Text)}
	}
	return found, nil
}

func (s *source) sendNames(final bool, found *snapshot, groups []*group) (map[string]bool, error) {
	s.rounds++
	head := s.out.begin().putInt(s.rounds).putInt(boolInt(final)).putString(freeName(found))
	if err := s.out.write(frameRound, head, nil); err != nil {
		return nil, err
	}
	plan, touched := s.mirror.rearrange(groups)
	for _, c := range plan {
		p := s.out.begin()
		switch c.kind {
		case frameStage, frameUnstage:
			p.putInt(c.id).putString(c.path)
		case frameCreate:
			p.putString(c.path).putInt(int64(c.group.stat.mode)).putInt(int64(c.group.stat.rdev)).putString(c.group.link)
		case frameLink:
			p.putString(c.target).putString(c.path)
		case frameStaged:
		default:
			p.putString(c.path)
		}
		if err := s.out.write(c.kind, p, nil); err != nil {
			return nil, err
		}
	}
	s.mirror.adopt(groups)
	return touched, nil
}

// freeName is one that no file of the volume's root has.
func freeName(found *snapshot) string {
	taken := map[string]bool{}
	for i := range found.nodes {
		taken[found.nodes[i].path] = true
	}
	name := ".drayage-staging"
	for taken[name] {
		name += "_"
	}
	return name
}

// sendMeta is needed when something differs, and after each write: that moved the time and dropped capabilities.
func (s *source) sendMeta(o *object, path string, now attributes, wrote bool) error {
	if o.known && !wrote && o.sent == now {
		return nil
	}
	o.sent, o.known = now, true
	return s.out.write(frameMeta, now.put(s.out.begin().putString(path)), nil)
}

// sendAttributes is for all that is no regular file; directories last and deepest first, because what happens in them moves their times.
func (s *source) sendAttributes(groups []*group, observed int64, touched map[string]bool) error {
	for _, directories := range []bool{false, true} {
		for i := range groups {
			g := groups[i]
			if directories {
				g = groups[len(groups)-1-i]
			}
			if g.object.kind == unix.S_IFREG || (g.object.kind == unix.S_IFDIR) != directories {
				continue
			}
			if err := s.sendAttributesOf(g, observed, touched[g.paths[0]]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *source) sendAttributesOf(g *group, observed int64, touched bool) error {
	o := g.object
	xattrs := o.sent.xattrs
	if !o.known || s.needsReading(o, &g.stat) {
		read, err := s.tree.xattrsOf(g.paths[0])
		if gone(err) {
			o.settled = false
			return s.sendMeta(o, g.paths[0], attributesOf(&g.stat, xattrs), touched)
		}
		if err != nil {
			return fmt.Errorf("%q: %w", g.paths[0], err)
		}
		xattrs = read
		o.reference, o.settled = g.stat, g.stat.settled(observed)
	}
	return s.sendMeta(o, g.paths[0], attributesOf(&g.stat, xattrs), touched)
}

func boolInt(value bool) int64 {
	if value {
		return 1
	}
	return 0
}
