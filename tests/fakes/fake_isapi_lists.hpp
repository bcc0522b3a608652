#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// The lists of an ISAPI device: plates of a camera, persons, cards and faces of a terminal. Written from the
// fact sheet and from what others' cameras were seen to take; keeps what it was given, word for word.
class FakeIsapiLists {
public:
    struct Plate {
        std::string id;
        std::string plate;
        std::string type; // whiteList, blackList
        std::string start;
        std::string until;
    };

    // The body of the answer and its HTTP status; nothing: no URL of a list.
    struct Reply {
        int status = 200;
        std::string type = "application/json";
        std::string body;
    };
    [[nodiscard]] std::optional<Reply> answer(const std::string& method, const std::string& path,
                                              const std::string& body);

    std::vector<Plate> plates;
    std::map<std::string, std::string> persons; // employeeNo: the UserInfo object
    std::map<std::string, std::string> cards;   // cardNo: employeeNo
    std::map<std::string, std::string> faces;   // employeeNo: JPEG

    bool old_plate_words = false; // knows whiteList and days only
    bool ids_in_search = true;
    bool has_set_up = true;     // UserInfo/SetUp
    bool keeps_deleted = false; // says OK and deletes nothing
    bool full = false;
    std::size_t page = 30;

private:
    [[nodiscard]] Reply plate_list(const std::string& body) const;
    [[nodiscard]] Reply record_plate(const std::string& body);
    [[nodiscard]] Reply delete_plates(const std::string& body);
    [[nodiscard]] Reply person(const std::string& path, const std::string& body);
    [[nodiscard]] Reply card(const std::string& path, const std::string& body);
    [[nodiscard]] Reply face(const std::string& method, const std::string& path, const std::string& body);
    [[nodiscard]] Reply search(const std::string& name, const std::vector<std::string>& rows,
                               const std::string& body) const;

    int last_id_ = 0;
};

} // namespace gatehouse::fakes
