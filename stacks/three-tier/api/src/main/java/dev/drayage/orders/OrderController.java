package dev.drayage.orders;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/orders")
class OrderController {

    record NewOrder(@NotBlank String item, @Min(1) int quantity) {
    }

    record Count(long count) {
    }

    private final OrderRepository orders;

    OrderController(OrderRepository orders) {
        this.orders = orders;
    }

    @GetMapping
    List<Order> list(@RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        return orders.latest(limit);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Order add(@Valid @RequestBody NewOrder order) {
        return orders.add(order.item(), order.quantity());
    }

    @GetMapping("/count")
    Count count() {
        return new Count(orders.count());
    }
}
