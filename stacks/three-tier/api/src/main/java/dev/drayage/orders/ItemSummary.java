package dev.drayage.orders;

import java.time.OffsetDateTime;

/** What was ordered of one item so far. */
public record ItemSummary(String item, long orders, long quantity, OffsetDateTime lastOrderedAt) {
}
