package dev.drayage.orders;

import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
@Transactional(readOnly = true)
class OrderService {

    private final OrderRepository orders;

    OrderService(OrderRepository orders) {
        this.orders = orders;
    }

    List<Order> latest(int limit) {
        return orders.latest(limit);
    }

    Order find(long id) {
        return orders.find(id).orElseThrow(() -> new OrderNotFoundException(id));
    }

    @Transactional
    Order add(NewOrder order) {
        return orders.add(order);
    }

    /** All or none. */
    @Transactional
    int addAll(List<NewOrder> batch) {
        orders.addAll(batch);
        return batch.size();
    }

    long count() {
        return orders.count();
    }

    List<ItemSummary> summary(int limit) {
        return orders.summary(limit);
    }

    Fingerprint fingerprint() {
        return orders.fingerprint();
    }
}
