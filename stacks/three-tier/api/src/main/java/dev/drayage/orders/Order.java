package dev.drayage.orders;

import java.time.OffsetDateTime;

public record Order(long id, String item, int quantity, OffsetDateTime createdAt) {
}
