#pragma once
#include <ostream>
#include <string>

namespace gatehouse::base {

// A password or key. It prints as *** wherever it is printed; expose() marks the few places that need the
// text.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    [[nodiscard]] const std::string& expose() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    friend bool operator==(const Secret&, const Secret&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

private:
    std::string text_;
};

} // namespace gatehouse::base
