package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// neighboursCommand hurries the host (run with its network) to containers that have just started. Docker publishes a port before
// the container's interface is there: a client that comes in between makes the host ask for the address once, in vain, and then
// wait a second before it asks again, while every later client waits in the same queue. Engines from 28 on announce the address
// themselves. The first line on stdin names the bridges and begins it; the end of stdin ends it.
func neighboursCommand([]string) error {
	line, err := bufio.NewReader(os.Stdin).ReadBytes('\n')
	if err != nil {
		return nil
	}
	var order struct {
		ID      int      `json:"id"`
		Devices []string `json:"devices"`
	}
	if err := json.Unmarshal(line, &order); err != nil {
		return err
	}
	bridges := openBridges(order.Devices)
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"id": order.ID, "bridges": len(bridges)}); err != nil {
		return err
	}
	over := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(over)
	}()
	for {
		select {
		case <-over:
			return nil
		case <-time.After(10 * time.Millisecond):
			table, _ := os.ReadFile("/proc/net/arp")
			for _, one := range unanswered(string(table)) {
				if b := bridges[one.device]; b != nil {
					b.ask(one.address)
				}
			}
		}
	}
}

type waiting struct {
	address net.IP
	device  string
}

// unanswered are the lines of /proc/net/arp whose address nobody has answered for yet: IP, type, flags, MAC, mask, device.
func unanswered(table string) (list []waiting) {
	for _, line := range strings.Split(table, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 6 && fields[2] == "0x0" {
			if address := net.ParseIP(fields[0]).To4(); address != nil {
				list = append(list, waiting{address, fields[5]})
			}
		}
	}
	return list
}

type bridge struct {
	fd      int
	index   int
	mac     net.HardwareAddr
	address net.IP
}

// openBridges leaves out what is not there or has no address of its own.
func openBridges(names []string) map[string]*bridge {
	bridges := map[string]*bridge{}
	for _, name := range names {
		device, err := net.InterfaceByName(name)
		if err != nil || len(device.HardwareAddr) != 6 {
			continue
		}
		addresses, _ := device.Addrs()
		for _, one := range addresses {
			network, ok := one.(*net.IPNet)
			if !ok || network.IP.To4() == nil {
				continue
			}
			if fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0); err == nil {
				bridges[name] = &bridge{fd, device.Index, device.HardwareAddr, network.IP.To4()}
			}
			break
		}
	}
	return bridges
}

func (b *bridge) ask(target net.IP) {
	to := unix.SockaddrLinklayer{Ifindex: b.index, Halen: 6, Addr: [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}
	_ = unix.Sendto(b.fd, arpRequest(b.mac, b.address, target), 0, &to)
}

// arpRequest asks who has target: an Ethernet broadcast with the usual fields of ARP over IPv4.
func arpRequest(mac net.HardwareAddr, from, target net.IP) []byte {
	frame := make([]byte, 0, 42)
	frame = append(frame, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	frame = append(frame, mac...)
	frame = binary.BigEndian.AppendUint16(frame, unix.ETH_P_ARP)
	for _, field := range []uint16{1, unix.ETH_P_IP, 6<<8 | 4, 1} { // Ethernet, IPv4, sizes, request
		frame = binary.BigEndian.AppendUint16(frame, field)
	}
	frame = append(frame, mac...)
	frame = append(frame, from...)
	frame = append(frame, 0, 0, 0, 0, 0, 0)
	return append(frame, target...)
}
