package dev.drayage.orders;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/orders")
class OrderController {

    record Count(long count) {
    }

    record Batch(@NotEmpty @Size(max = 10_000) List<@Valid NewOrder> orders) {
    }

    private final OrderService orders;

    OrderController(OrderService orders) {
        this.orders = orders;
    }

    @GetMapping
    List<Order> list(@RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        return orders.latest(limit);
    }

    @GetMapping("/{id}")
    Order find(@PathVariable long id) {
        return orders.find(id);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Order add(@Valid @RequestBody NewOrder order) {
        return orders.add(order);
    }

    @PostMapping("/batch")
    @ResponseStatus(HttpStatus.CREATED)
    Count addAll(@Valid @RequestBody Batch batch) {
        return new Count(orders.addAll(batch.orders()));
    }

    @GetMapping("/count")
    Count count() {
        return new Count(orders.count());
    }

    @GetMapping("/summary")
    List<ItemSummary> summary(@RequestParam(defaultValue = "20") @Min(1) @Max(1000) int limit) {
        return orders.summary(limit);
    }

    @GetMapping("/fingerprint")
    Fingerprint fingerprint() {
        return orders.fingerprint();
    }
}
