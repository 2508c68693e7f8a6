package dev.drayage.orders;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

public record NewOrder(@NotBlank @Size(max = 200) String item, @Min(1) @Max(1_000_000) int quantity) {
}
