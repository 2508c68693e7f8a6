#!/usr/bin/perl
use strict;
use warnings;
use Socket;

my $page = do { local $/; open my $file, '<', '/srv/index.html' or die "index.html: $!"; <$file> };

$SIG{TERM} = $SIG{INT} = sub { exit 0 };
$SIG{PIPE} = $SIG{CHLD} = 'IGNORE';

socket(my $server, PF_INET, SOCK_STREAM, getprotobyname('tcp')) or die "socket: $!";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
bind($server, sockaddr_in(8080, INADDR_ANY)) or die "bind: $!";
listen($server, 128) or die "listen: $!";

while (1) {
    accept(my $client, $server) or next;
    my $child = fork;
    if (!defined $child || $child) { close $client; next; }
    alarm 5;
    while (defined(my $line = <$client>)) { last if $line =~ /^\r?\n$/; }
    print $client "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ", length $page, "\r\nConnection: close\r\n\r\n", $page;
    close $client;
    exit 0;
}
