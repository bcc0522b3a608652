#pragma once
#include <cstddef>
#include <string_view>

namespace gatehouse::isapi {

// Finds where a JSON document ends while its bytes come in pieces, and notices when what comes does not
// belong to it any more: it was cut off, and a boundary or the next document began. Called by Multipart.
class JsonEnd {
public:
    enum class Found { nothing, end, misfit };

    // Looks on at `at`, and leaves it behind the last brace, at the misfit, or where to go on with more
    // bytes.
    Found look(std::string_view bytes, std::size_t& at);

private:
    bool take(char c);
    [[nodiscard]] bool expects() const { return last_ == 0 || last_ == ':' || last_ == ',' || last_ == '['; }

    int depth_ = 0;
    bool in_string_ = false;
    char last_ = 0; // that was no blank, outside strings
};

} // namespace gatehouse::isapi
