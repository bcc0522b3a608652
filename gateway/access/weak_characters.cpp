#include "gateway/access/weak_characters.hpp"

#include "gateway/model/plate_grammar.hpp"

namespace gatehouse::access {

std::vector<std::size_t> weak_characters(const model::Plate& read, double limit)
{
    std::vector<std::size_t> weak;
    if (read.characters.size() != model::characters_of(read.text).size()) return weak;
    for (std::size_t i = 0; i < read.characters.size(); ++i)
        if (read.characters[i] < limit) weak.push_back(i);
    return weak;
}

} // namespace gatehouse::access
