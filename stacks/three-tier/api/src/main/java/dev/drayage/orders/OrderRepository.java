package dev.drayage.orders;

import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class OrderRepository {

    private static final RowMapper<Order> ORDER = (row, number) -> new Order(
            row.getLong("id"),
            row.getString("item"),
            row.getInt("quantity"),
            row.getObject("created_at", OffsetDateTime.class));

    private final JdbcClient jdbc;

    OrderRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Order> latest(int limit) {
        return jdbc.sql("SELECT id, item, quantity, created_at FROM orders ORDER BY id DESC LIMIT :limit")
                .param("limit", limit)
                .query(ORDER)
                .list();
    }

    Order add(String item, int quantity) {
        return jdbc.sql("INSERT INTO orders (item, quantity) VALUES (:item, :quantity) RETURNING id, item, quantity, created_at")
                .param("item", item)
                .param("quantity", quantity)
                .query(ORDER)
                .single();
    }

    long count() {
        return jdbc.sql("SELECT count(*) FROM orders").query(Long.class).single();
    }
}
