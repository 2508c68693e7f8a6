package dev.drayage.orders;

public class OrderNotFoundException extends RuntimeException {

    private final long id;

    public OrderNotFoundException(long id) {
        super("There is no order " + id);
        this.id = id;
    }

    public long id() {
        return id;
    }
}
