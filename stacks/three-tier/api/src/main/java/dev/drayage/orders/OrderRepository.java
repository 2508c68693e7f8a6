package dev.drayage.orders;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class OrderRepository {

    private static final int BATCH = 500;

    private static final RowMapper<Order> ORDER = (row, number) -> new Order(
            row.getLong("id"),
            row.getString("item"),
            row.getInt("quantity"),
            row.getObject("created_at", OffsetDateTime.class));

    private static final RowMapper<ItemSummary> SUMMARY = (row, number) -> new ItemSummary(
            row.getString("item"),
            row.getLong("orders"),
            row.getLong("quantity"),
            row.getObject("last_ordered_at", OffsetDateTime.class));

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    OrderRepository(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    List<Order> latest(int limit) {
        return jdbc.sql("SELECT id, item, quantity, created_at FROM orders ORDER BY id DESC LIMIT :limit")
                .param("limit", limit)
                .query(ORDER)
                .list();
    }

    Optional<Order> find(long id) {
        return jdbc.sql("SELECT id, item, quantity, created_at FROM orders WHERE id = :id")
                .param("id", id)
                .query(ORDER)
                .optional();
    }

    Order add(NewOrder order) {
        return jdbc.sql("INSERT INTO orders (item, quantity) VALUES (:item, :quantity) RETURNING id, item, quantity, created_at")
                .param("item", order.item())
                .param("quantity", order.quantity())
                .query(ORDER)
                .single();
    }

    void addAll(List<NewOrder> orders) {
        batches.batchUpdate("INSERT INTO orders (item, quantity) VALUES (?, ?)", orders, BATCH, (statement, order) -> {
            statement.setString(1, order.item());
            statement.setInt(2, order.quantity());
        });
    }

    long count() {
        return jdbc.sql("SELECT count(*) FROM orders").query(Long.class).single();
    }

    List<ItemSummary> summary(int limit) {
        return jdbc.sql("""
                SELECT item, count(*) AS orders, sum(quantity) AS quantity, max(created_at) AS last_ordered_at
                FROM orders GROUP BY item ORDER BY quantity DESC, item LIMIT :limit
                """)
                .param("limit", limit)
                .query(SUMMARY)
                .list();
    }

    /** A sum of hashes: does not depend on the order of the rows, and needs no memory for them. */
    Fingerprint fingerprint() {
        return jdbc.sql("""
                SELECT count(*) AS count,
                       coalesce(sum(('x' || substr(md5(concat_ws('|', id, item, quantity, created_at)), 1, 15))::bit(60)::bigint), 0) AS checksum
                FROM orders
                """)
                .query((row, number) -> new Fingerprint(row.getLong("count"), row.getString("checksum")))
                .single();
    }
}
