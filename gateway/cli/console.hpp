#pragma once
#include "gateway/cli/control_client.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace gatehouse::cli {

// What every verb works with: where the daemon listens and how to print.
struct Console {
    std::string socket = "/run/gatehouse/control.sock";
    bool json = false;
    std::ostream& out;
    std::ostream& err;

    [[nodiscard]] ControlClient client() const { return ControlClient(socket); }
    // Says on stderr why the daemon did not answer, or what it refused; the verb then returns 1.
    void unreachable(base::error_code why) const;
    void refused(const ControlReply& reply) const;
    // The same for a file of the user's.
    void cannot_read(const std::string& file, base::error_code why) const;
    // Gets a resource; on failure says why and returns nothing.
    [[nodiscard]] std::optional<boost::json::value> fetch(const std::string& target) const;
    [[nodiscard]] std::optional<boost::json::value> send(Order order) const;
    // Says on stderr that there may be more than the `shown` things when that is all that was asked for.
    void say_if_cut(std::size_t shown, std::size_t asked) const;
    // Prints one JSON document a line.
    void print(const boost::json::value& value) const;
};

// The member as text: strings as they are, numbers and flags printed, missing and null as "-".
[[nodiscard]] std::string text_of(const boost::json::value& object, std::string_view key);
// The array under `key`, or the value itself when it is an array; empty otherwise.
[[nodiscard]] boost::json::array items_of(const boost::json::value& value, std::string_view key);
// The strings among them.
[[nodiscard]] std::vector<std::string> texts_of(const boost::json::value& value, std::string_view key);

// Columns of equal width, as a terminal shows them.
class TextTable {
public:
    explicit TextTable(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    void print(std::ostream& out) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

} // namespace gatehouse::cli
