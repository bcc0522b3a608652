#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the bodies of requests hold. All of it is pure and total: what cannot be read is nothing, never an
// exception, and costs one line.
namespace gatehouse::zkteco {

// The lines of a body without their ends; empty ones are left out.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view body);

// One line of ATTLOG (sheet §2); 4 to 16 positional fields, of which these have a meaning.
struct Punch {
    std::string pin;
    std::string time; // as sent
    int status = 255;
    int verify = -1;
    std::string work_code;
};
[[nodiscard]] std::optional<Punch> read_punch(std::string_view line);

// One line "OPLOG code \t admin \t time \t obj1 ... obj4".
struct Operation {
    int code = -1;
    std::string time;
    std::array<std::string, 4> objects;
};
[[nodiscard]] std::optional<Operation> read_operation(std::string_view line);

// "name=value" fields of a line, in its order; names in lower case. A leading word before the first name
// ("USER ") is left out. Values are UTF-8 whatever the device sent.
struct Field {
    std::string name;
    std::string value;
};
using Fields = std::vector<Field>;
[[nodiscard]] Fields read_fields(std::string_view line, char separator = '\t');
// The value of the first of that name; empty when there is none.
[[nodiscard]] std::string_view field(const Fields& fields, std::string_view name);
[[nodiscard]] bool has_field(const Fields& fields, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> number(std::string_view text);

// Whether a line of OPERLOG carries a fingerprint, a face or a photograph: never stored, never logged.
[[nodiscard]] bool is_biometric(std::string_view line);

// INFO of getrequest: "fw,users,fps,logs,ip,...".
struct Info {
    std::string firmware;
    std::int64_t users = 0;
    std::int64_t logs = 0;
    std::string address;
};
[[nodiscard]] std::optional<Info> read_info(std::string_view text);

// "ID=1&Return=0&CMD=DATA", several in a body; lines that are no result belong to the one before.
struct CommandResult {
    std::string id;
    int code = 0;
    std::string command;
};
[[nodiscard]] std::vector<CommandResult> read_results(std::string_view body);

// The header of an ATTPHOTO body, up to the NUL; the picture itself is not taken.
struct Photo {
    std::string name;
    std::string command; // realupload: live
    std::size_t announced = 0;
    std::size_t received = 0;
};
[[nodiscard]] std::optional<Photo> read_photo(std::string_view body);

// Two bits of `sensor` for each door (sheet §3, from memory).
enum class Contact { none, closed, open };
[[nodiscard]] Contact contact_of(std::string_view sensor, int door);
// One bit of `relay` for each door.
[[nodiscard]] bool relay_of(std::string_view relay, int door);

} // namespace gatehouse::zkteco
