#pragma once
#include "tests/sim/http.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::sim::isapi {

// The lists that a device keeps: plates of a camera; persons, cards and faces of a terminal (fact sheet
// section 9, and what others' devices were seen to take).
class Lists {
public:
    // Nothing: the path is no list of this kind of device.
    [[nodiscard]] std::optional<Reply> answer(const Request& request, bool terminal);
    // plates, persons, cards, faces: how many
    [[nodiscard]] std::string counts() const;

    bool full = false;

private:
    struct Plate {
        int id = 0;
        std::string type;
        std::string start;
        std::string until;
    };
    [[nodiscard]] Reply plate_list(const Request& request) const;
    [[nodiscard]] Reply record_plates(const Request& request);
    [[nodiscard]] Reply delete_plates(const Request& request);
    [[nodiscard]] std::optional<Reply> person(const Request& request);
    [[nodiscard]] std::optional<Reply> card(const Request& request);
    [[nodiscard]] std::optional<Reply> face(const Request& request);

    std::map<std::string, Plate> plates_;
    std::map<std::string, std::string> persons_; // employeeNo: the UserInfo object as it came
    std::map<std::string, std::string> cards_;   // cardNo: employeeNo
    std::map<std::string, std::size_t> faces_;   // employeeNo: bytes of the picture
    int last_id_ = 0;
};

} // namespace gatehouse::sim::isapi
