package main

import (
	"bytes"
	"net"
	"testing"
)

func TestOnlyAddressesThatNobodyAnsweredForAreAskedAgain(t *testing.T) {
	table := `IP address       HW type     Flags       HW address            Mask     Device
10.213.0.2       0x1         0x0         00:00:00:00:00:00     *        br-0123456789ab
10.213.0.3       0x1         0x2         02:42:0a:d5:00:03     *        br-0123456789ab
172.17.0.9       0x1         0x0         00:00:00:00:00:00     *        docker0
`
	found := unanswered(table)
	if len(found) != 2 || found[0].address.String() != "10.213.0.2" || found[0].device != "br-0123456789ab" || found[1].device != "docker0" {
		t.Errorf("%v", found)
	}
}

func TestTheRequestIsWhatTheKernelItselfWouldSend(t *testing.T) {
	mac := net.HardwareAddr{2, 0x42, 1, 2, 3, 4}
	got := arpRequest(mac, net.IP{10, 213, 0, 1}, net.IP{10, 213, 0, 2})
	want := []byte{
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0x42, 1, 2, 3, 4, 8, 6,
		0, 1, 8, 0, 6, 4, 0, 1, 2, 0x42, 1, 2, 3, 4, 10, 213, 0, 1, 0, 0, 0, 0, 0, 0, 10, 213, 0, 2,
	}
	if !bytes.Equal(got, want) {
		t.Errorf("% x", got)
	}
}
