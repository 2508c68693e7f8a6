package main

import "testing"

func TestVolumeIsKnownByTheRootOfItsMount(t *testing.T) {
	for root, want := range map[string]bool{
		"/var/lib/docker/volumes/shop-data/_data":    true,
		"/volumes/shop-data/_data":                   true, // a disk mounted at the data root
		"/shop-data/_data":                           true, // a disk mounted at `volumes`: a writer there went unseen once
		"/var/lib/docker/volumes/my-shop-data/_data": false,
		"/var/lib/docker/volumes/shop-data":          false,
		"/":                                          false,
	} {
		if got := isOfVolume(root, "shop-data"); got != want {
			t.Errorf("%s: %v", root, got)
		}
	}
}
