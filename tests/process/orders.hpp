#pragma once
#include "tests/process/centre.hpp"
#include "tests/process/oracle.hpp"

#include <optional>

namespace gatehouse::proof {

// One barrier command that the centre gave.
struct Order {
    std::string id;
    std::string device;
    std::int64_t sent_ns = 0; // wall time
    std::int64_t expires_ns = 0;
};

struct OrderText {
    std::string id;
    std::string name = "barrier-open";
    std::string device;
    Milliseconds lasts{2000};
    std::string reply_to = "gh/v1/proof/gw1/reply/centre-1";
};

// The command document (mqtt-upstream §5), issued now.
[[nodiscard]] std::string order_document(const OrderText& text);
[[nodiscard]] std::string order_topic(const std::string& name = "barrier-open");
// A fresh ULID-shaped id.
[[nodiscard]] std::string order_id();
[[nodiscard]] std::int64_t wall_ns();

// Gives orders so that each opening on the wire can be assigned to one id: a device gets the next order only
// when the one before has expired.
class OrderBook {
public:
    // The order given, or nothing while every device still has a living one.
    std::optional<Order> give(Centre& centre, const std::vector<std::string>& devices);
    // Sends the last order's document once more, as a broker does whose acknowledgement was lost.
    void repeat_last(Centre& centre) const;

    [[nodiscard]] const std::vector<Order>& orders() const { return orders_; }
    // What the wire says against the orders: opened twice, opened after the deadline, opened without an
    // order.
    [[nodiscard]] std::vector<std::string> complaints(const Truth& truth) const;
    // Orders that moved a barrier.
    [[nodiscard]] std::size_t opened(const Truth& truth) const;

private:
    [[nodiscard]] const Order* order_of(const WireCommand& command) const;

    std::vector<Order> orders_;
    std::string last_text_;
};

} // namespace gatehouse::proof
