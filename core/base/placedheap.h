#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace qcc {

/// A binary heap, the least first, whose elements are told where they stand, so that each can be taken out of its midst. It needs no memory once there
/// have been as many before.
/// `Placed`: called with a node and its place whenever that changes; what is removed is told nothing.
template <typename Node>
class PlacedHeap
{
public:
    bool isEmpty() const { return m_nodes.empty(); }
    std::size_t size() const { return m_nodes.size(); }
    const Node &front() const { return m_nodes.front(); }
    const Node &operator[](std::size_t place) const { return m_nodes[place]; }

    template <typename Placed>
    void push(const Node &node, Placed placed)
    {
        m_nodes.emplace_back();
        rise(m_nodes.size() - 1, node, placed);
    }
    template <typename Placed>
    void replaceFront(const Node &node, Placed placed)
    {
        sink(0, node, placed);
    }
    template <typename Placed>
    void remove(std::size_t place, Placed placed)
    {
        const Node last = m_nodes.back();
        m_nodes.pop_back();
        if (place == m_nodes.size())
            return;
        if (place > 0 && last < m_nodes[(place - 1) / 2])
            rise(place, last, placed);
        else
            sink(place, last, placed);
    }

private:
    template <typename Placed>
    void put(std::size_t place, const Node &node, Placed &placed)
    {
        m_nodes[place] = node;
        placed(std::as_const(m_nodes[place]), place);
    }
    template <typename Placed>
    void rise(std::size_t place, Node node, Placed &placed)
    {
        for (; place > 0 && node < m_nodes[(place - 1) / 2]; place = (place - 1) / 2)
            put(place, Node(m_nodes[(place - 1) / 2]), placed);
        put(place, node, placed);
    }
    template <typename Placed>
    void sink(std::size_t place, Node node, Placed &placed)
    {
        for (std::size_t child = 2 * place + 1; child < m_nodes.size(); child = 2 * place + 1) {
            if (child + 1 < m_nodes.size() && m_nodes[child + 1] < m_nodes[child])
                ++child;
            if (!(m_nodes[child] < node))
                break;
            put(place, Node(m_nodes[child]), placed);
            place = child;
        }
        put(place, node, placed);
    }

    std::vector<Node> m_nodes;
};

} // namespace qcc
