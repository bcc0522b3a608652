#include "gateway/config/text_values.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace gatehouse::config {
namespace {

constexpr int depth_max = 32; // of arrays and inline tables in each other

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

bool is_bare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// One pass over the file. What it does not understand it skips, at least one character at a time.
class Scanner {
public:
    explicit Scanner(std::string_view file) : file_(file) {}

    std::vector<TextValue> scan()
    {
        while (at_ < file_.size()) {
            skip_space();
            if (at_ >= file_.size()) break;
            const auto before = at_;
            if (peek() == '[')
                read_header();
            else if (peek() == '#')
                read_comment();
            else
                read_assignment("", depth_max);
            if (at_ == before) skip_line();
        }
        return named();
    }

private:
    // A [table] or an element of a [[table]].
    struct Element {
        std::string root;
        std::size_t number = 0; // of its root's elements
        std::string id;
        std::string name;
    };

    [[nodiscard]] char peek() const { return at_ < file_.size() ? file_[at_] : '\0'; }
    [[nodiscard]] bool starts(std::string_view mark) const { return file_.substr(at_).starts_with(mark); }
    void skip_blanks()
    {
        while (is_blank(peek()))
            ++at_;
    }
    void skip_space()
    {
        while (is_blank(peek()) || peek() == '\n')
            ++at_;
    }
    void skip_line() { at_ = std::min(file_.find('\n', at_), file_.size()); }

    // A dotted key, its parts joined by slashes; empty when none stands here.
    std::string read_key()
    {
        std::string key;
        for (;;) {
            skip_blanks();
            std::string part;
            if (peek() == '"' || peek() == '\'')
                part = std::string(read_quoted());
            else
                while (is_bare(peek()))
                    part += file_[at_++];
            if (part.empty()) return key;
            key += (key.empty() ? "" : "/") + part;
            skip_blanks();
            if (peek() != '.') return key;
            ++at_;
        }
    }

    void read_header()
    {
        const bool element = starts("[[");
        at_ += element ? 2 : 1;
        const auto name = read_key();
        const auto root = name.substr(0, name.find('/'));
        auto& newest = newest_[root];
        if (newest == 0 || (element && root == name)) {
            elements_.push_back({root, ++count_[root], "", ""});
            newest = elements_.size();
        }
        element_ = newest;
        below_ = root == name ? std::string() : name.substr(root.size() + 1) + "/";
        skip_line();
    }

    // A line that is commented out keeps its secrets, too.
    void read_comment()
    {
        const auto end = std::min(file_.find('\n', at_), file_.size());
        const auto whole = std::exchange(file_, file_.substr(0, end));
        while (peek() == '#' || is_blank(peek()))
            ++at_;
        in_comment_ = true;
        read_assignment("#", depth_max);
        in_comment_ = false;
        file_ = whole;
        at_ = end;
    }

    void read_assignment(const std::string& above, int depth)
    {
        const auto key = read_key();
        skip_blanks();
        if (key.empty() || peek() != '=') return;
        ++at_;
        read_value(above + key, depth);
    }

    void read_value(const std::string& key, int depth)
    {
        skip_blanks();
        if (depth == 0) return skip_line();
        if (peek() == '"' || peek() == '\'')
            keep(key);
        else if (peek() == '{')
            read_inline_table(key, depth - 1);
        else if (peek() == '[')
            read_array(key, depth - 1);
        else
            while (at_ < file_.size() && std::string_view(",]}#\n").find(peek()) == std::string_view::npos)
                ++at_;
    }

    void read_inline_table(const std::string& key, int depth)
    {
        ++at_;
        while (at_ < file_.size() && peek() != '}' && peek() != '\n') {
            const auto before = at_;
            read_assignment(key + "/", depth);
            skip_blanks();
            if (peek() == ',' || (at_ == before && peek() != '}')) ++at_;
        }
        if (peek() == '}') ++at_;
    }

    void read_array(const std::string& key, int depth)
    {
        ++at_;
        while (at_ < file_.size() && peek() != ']') {
            const auto before = at_;
            skip_space();
            if (peek() == '#')
                skip_line();
            else if (peek() != ']')
                read_value(key, depth);
            if (peek() == ',' || at_ == before) ++at_;
        }
        if (peek() == ']') ++at_;
    }

    // What stands between the quotes here; behind them afterwards. Without an end it ends with the line.
    std::string_view read_quoted()
    {
        const char quote = peek();
        const std::string three(3, quote);
        const std::string mark = starts(three) ? three : std::string(1, quote);
        at_ += mark.size();
        const auto from = at_;
        while (at_ < file_.size() && !starts(mark)) {
            if (mark.size() == 1 && peek() == '\n') return file_.substr(from, at_ - from);
            at_ += quote == '"' && peek() == '\\' ? 2 : 1;
        }
        at_ = std::min(at_, file_.size());
        const auto content = file_.substr(from, at_ - from);
        at_ = std::min(at_ + mark.size(), file_.size());
        return content;
    }

    void keep(const std::string& key)
    {
        TextValue value;
        value.offset = at_;
        value.content = read_quoted();
        value.size = at_ - value.offset;
        value.place = below_ + key;
        value.key = key.substr(std::min(key.rfind('/') + 1, key.size()));
        if (value.key.starts_with('#')) value.key.erase(0, 1);
        value.in_comment = in_comment_;
        value.line = line_of(value.offset);
        value.column = static_cast<unsigned>(value.offset - line_start_ + 1);
        if (element_ > 0 && below_.empty() && key == "id") elements_[element_ - 1].id = value.content;
        if (element_ > 0 && below_.empty() && key == "name") elements_[element_ - 1].name = value.content;
        owners_.push_back(element_);
        values_.push_back(std::move(value));
    }

    // Values come in the order of the file, so its lines are counted once.
    unsigned line_of(std::size_t offset)
    {
        for (auto next = file_.find('\n', line_start_); next < offset; next = file_.find('\n', line_start_)) {
            line_start_ = next + 1;
            ++line_;
        }
        return line_;
    }

    // Only at the end every table's id is known. Of several values with one place each has its number.
    std::vector<TextValue> named()
    {
        std::map<std::string, int> seen;
        for (std::size_t i = 0; i < values_.size(); ++i) {
            auto& value = values_[i];
            if (owners_[i] > 0) {
                const auto& owner = elements_[owners_[i] - 1];
                auto title = owner.id.empty() ? owner.name : owner.id;
                if (title.empty()) title = std::to_string(owner.number);
                value.root = owner.root;
                value.place = owner.root + "/" + title + "/" + value.place;
            }
            if (const auto times = ++seen[value.place]; times > 1) value.place += "/" + std::to_string(times);
        }
        return std::move(values_);
    }

    std::string_view file_;
    std::size_t at_ = 0;
    unsigned line_ = 1;
    std::size_t line_start_ = 0;
    bool in_comment_ = false;
    std::vector<Element> elements_;
    std::map<std::string, std::size_t> newest_; // by root: its newest element, counted from 1
    std::map<std::string, std::size_t> count_;
    std::size_t element_ = 0; // where we are, counted from 1; 0: before the first header
    std::string below_;       // the sub-table we are in, with a slash at its end
    std::vector<TextValue> values_;
    std::vector<std::size_t> owners_; // of each value: its element
};

} // namespace

std::vector<TextValue> text_values(std::string_view file)
{
    return Scanner(file).scan();
}

} // namespace gatehouse::config
