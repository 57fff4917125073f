#pragma once

#include <QHash>
#include <QSet>
#include <QTreeView>

#include <functional>

class QMenu;

namespace qcc {

class ExchangesModel;
struct ExchangeRow;

/// The table of the Requests page. The column of the attempts takes what width the others leave; where that would be too little for them, those go that say
/// least. No width follows the data.
class ExchangesView : public QTreeView
{
    Q_OBJECT

public:
    explicit ExchangesView(ExchangesModel &model, QWidget *parent = nullptr);

    /// Lets `change` change the lines. At the top it stays at the top; else the lines that are in view stay where they are.
    void keepingPlace(const std::function<void()> &change);

    QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);

    /// What can be done with the line of `row`, and with the columns; each goes by itself when it closes.
    QMenu *menuFor(int row);
    QMenu *columnsMenu();

Q_SIGNALS:
    void copyRequested();
    /// Only what holds `text` is to be shown.
    void searchRequested(const QString &text);
    /// The log is to show what it has of `text`.
    void logRequested(const QString &text);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void sizeColumns();
    /// What it has got from the user, or what its longest content takes. Units: pixels.
    int widthOf(int column) const;
    int leastAttempts() const;
    bool hasRoomFor(const QSet<int> &hidden) const;
    /// The first line in view that does not move when others come, and how far above the edge it begins.
    std::pair<quint64, int> anchor() const;

    ExchangesModel &m_model;
    bool m_sizing = false;
    QHash<int, int> m_widths; ///< By the user.
    QSet<int> m_hidden;       ///< By the user.
};

} // namespace qcc
