package main

import (
	"sort"

	"golang.org/x/sys/unix"
)

// object is one inode as the receiver has it: all names of it, its attributes, the hashes of its blocks.
type object struct {
	ino    uint64 // on the source; 0 when only the receiver's inventory told of it
	kind   uint32
	rdev   uint64
	link   string
	paths  []string
	sent   attributes
	known  bool // sent is what the receiver has
	size   int64
	blocks []byte
	// The stat under which blocks and xattrs were read, and whether it would have changed with the content.
	reference fileStat
	settled   bool
}

// mirror is what the receiver holds. It changes only together with frames that make it true.
type mirror struct {
	byIno  map[uint64]*object
	byPath map[string]*object
}

func newMirror() *mirror {
	return &mirror{map[uint64]*object{}, map[string]*object{}}
}

// group is one inode in a snapshot, with all its names.
type group struct {
	object *object
	fresh  bool // the receiver has no such object yet
	stat   fileStat
	link   string
	paths  []string
}

// match pairs each inode of the snapshot with the receiver's object that is nearest to it: the same inode under whatever
// names it has now (a renamed log segment sends no data), else the one whose name it took (a file replaced by rename).
func (m *mirror) match(found *snapshot) []*group {
	groups := groupByInode(found)
	claimed := map[*object]bool{}
	for _, g := range groups {
		if known := m.byIno[g.stat.ino]; known != nil && g.stat.kind() != unix.S_IFDIR && known.fits(g) {
			g.object = known
			claimed[known] = true
		}
	}
	for _, g := range groups {
		for _, path := range g.paths {
			if known := m.byPath[path]; g.object == nil && known != nil && !claimed[known] && known.fits(g) {
				g.object = known
				claimed[known] = true
			}
		}
	}
	for _, g := range groups {
		if g.object == nil {
			g.object = &object{kind: g.stat.kind(), rdev: g.stat.rdev, link: g.link}
			g.fresh = true
		}
	}
	return groups
}

func (o *object) fits(g *group) bool {
	if o.kind != g.stat.kind() {
		return false
	}
	switch o.kind {
	case unix.S_IFLNK:
		return o.link == g.link
	case unix.S_IFCHR, unix.S_IFBLK:
		return o.rdev == g.stat.rdev
	}
	return true
}

// groupByInode keeps the snapshot's order: by the first name of each inode. Sockets are no part of a copy.
func groupByInode(found *snapshot) []*group {
	linked := map[uint64]*group{}
	groups := make([]*group, 0, len(found.nodes))
	for i := range found.nodes {
		n := &found.nodes[i]
		if n.stat.kind() == unix.S_IFSOCK {
			continue
		}
		shared := n.stat.nlink > 1 && n.stat.kind() != unix.S_IFDIR
		if shared && linked[n.stat.ino] != nil {
			g := linked[n.stat.ino]
			g.paths = append(g.paths, n.path)
			continue
		}
		g := &group{stat: n.stat, link: n.link, paths: []string{n.path}}
		if shared {
			linked[n.stat.ino] = g
		}
		groups = append(groups, g)
	}
	return groups
}

// change is a frame about names; the sender writes them in the order planned here.
type change struct {
	kind   byte
	id     int64
	path   string
	target string
	group  *group
}

// rearrange plans how the receiver's names become the snapshot's. Objects that change names are first kept aside, so that any
// exchange of names works in any order; then the gone and the misplaced names are removed; then all get their places.
func (m *mirror) rearrange(groups []*group) (plan []change, touched map[string]bool) {
	wanted := make(map[string]*object, len(groups))
	for _, g := range groups {
		for _, path := range g.paths {
			wanted[path] = g.object
		}
	}
	staged := map[*object]int64{}
	for _, g := range groups {
		if g.fresh || g.object.kind == unix.S_IFDIR || !m.misplaced(g) {
			continue
		}
		id := int64(len(staged) + 1)
		staged[g.object] = id
		plan = append(plan, change{kind: frameStage, id: id, path: g.object.paths[0]})
	}
	for _, path := range m.misfits(wanted) {
		kind := byte(frameUnlink)
		if m.byPath[path].kind == unix.S_IFDIR {
			kind = frameRmdir
		}
		plan = append(plan, change{kind: kind, path: path})
	}
	for _, g := range groups {
		if g.object.kind == unix.S_IFDIR && m.misplaced(g) {
			plan = append(plan, change{kind: frameMkdir, path: g.paths[0]})
		}
	}
	for _, g := range groups {
		if g.object.kind != unix.S_IFDIR {
			plan = append(plan, m.placements(g, staged[g.object])...)
		}
	}
	if len(staged) > 0 {
		plan = append(plan, change{kind: frameStaged})
	}
	touched = map[string]bool{}
	for _, c := range plan {
		dir, _ := splitPath(c.path)
		touched[dir] = true
	}
	if len(staged) > 0 {
		touched[""] = true
	}
	return plan, touched
}

func (m *mirror) misplaced(g *group) bool {
	for _, path := range g.paths {
		if m.byPath[path] != g.object {
			return true
		}
	}
	return false
}

// placements of one object: made once, linked under its other names.
func (m *mirror) placements(g *group, staged int64) (plan []change) {
	for i, path := range g.paths {
		switch {
		case m.byPath[path] == g.object:
		case staged != 0:
			plan = append(plan, change{kind: frameUnstage, id: staged, path: path})
		case i == 0:
			plan = append(plan, change{kind: frameCreate, path: path, group: g})
		default:
			plan = append(plan, change{kind: frameLink, path: path, target: g.paths[0]})
		}
	}
	return plan
}

// misfits are the receiver's names that mean nothing or something else by now, children before parents.
func (m *mirror) misfits(wanted map[string]*object) []string {
	var paths []string
	for path, have := range m.byPath {
		if wanted[path] != have {
			paths = append(paths, path)
		}
	}
	sort.Sort(sort.Reverse(sort.StringSlice(paths)))
	return paths
}

// adopt makes the snapshot's names the receiver's, after the frames of rearrange were written.
func (m *mirror) adopt(groups []*group) {
	m.byIno = make(map[uint64]*object, len(groups))
	m.byPath = make(map[string]*object, len(groups))
	for _, g := range groups {
		g.object.ino = g.stat.ino
		g.object.paths = g.paths
		m.byIno[g.stat.ino] = g.object
		for _, path := range g.paths {
			m.byPath[path] = g.object
		}
	}
}
