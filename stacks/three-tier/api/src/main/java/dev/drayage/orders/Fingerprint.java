package dev.drayage.orders;

/** Equal before and after a move, if no row was lost, added or changed. */
public record Fingerprint(long count, String checksum) {
}
