#include "ui/clusters/pairtable.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>

namespace qcc {

namespace {

constexpr int fewestLines = 1;
constexpr int mostLines = 5;

enum Column { nameColumn, textColumn };

/// Its editors are called as the column is.
class NamedEditors : public QStyledItemDelegate
{
public:
    NamedEditors(bool hidesTexts, QObject *parent) : QStyledItemDelegate(parent), m_hidesTexts(hidesTexts) { }

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QWidget *editor = QStyledItemDelegate::createEditor(parent, option, index);
        if (auto *line = qobject_cast<QLineEdit *>(editor); line && m_hidesTexts && index.column() == textColumn)
            line->setEchoMode(QLineEdit::PasswordEchoOnEdit);
        editor->setAccessibleName(index.model()->headerData(index.column(), Qt::Horizontal).toString());
        return editor;
    }

private:
    const bool m_hidesTexts;
};

/// One that may not show what is in it, not even to what reads the screen aloud.
class Cell : public QTableWidgetItem
{
public:
    explicit Cell(bool hidesText) : m_hidesText(hidesText) { }

    QTableWidgetItem *clone() const override { return new Cell(m_hidesText); }
    QVariant data(int role) const override
    {
        const QVariant data = QTableWidgetItem::data(role);
        const bool hides = m_hidesText && role == Qt::DisplayRole && column() == textColumn && !data.toString().isEmpty();
        return hides ? QVariant(QString(8, QChar(0x2022))) : data;
    }

private:
    const bool m_hidesText;
};

} // namespace

PairTable::PairTable(const Words &words, QWidget *parent)
    : QTableWidget(1, 2, parent)
{
    setHorizontalHeaderLabels({words.name, words.text});
    for (const int column : {nameColumn, textColumn})
        horizontalHeaderItem(column)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setHighlightSections(false);
    setShowGrid(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 8 / 5);
    setItemDelegate(new NamedEditors(words.hidesTexts, this));
    setEditTriggers(QAbstractItemView::AllEditTriggers);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setTabKeyNavigation(false);
    setItemPrototype(new Cell(words.hidesTexts));
    setAccessibleName(words.accessibleName);
    setAccessibleDescription(words.accessibleDescription);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QTableWidget::cellChanged, this, [this] {
        if (m_filling)
            return;
        keepEmptyLine();
        Q_EMIT edited();
    });
}

PairLines PairTable::lines() const
{
    const auto textAt = [this](int row, int column) {
        const QTableWidgetItem *cell = item(row, column);
        return cell ? cell->data(Qt::EditRole).toString() : QString();
    };
    PairLines lines;
    for (int row = 0; row < rowCount(); ++row) {
        if (!textAt(row, 0).trimmed().isEmpty() || !textAt(row, 1).trimmed().isEmpty())
            lines.append({textAt(row, 0), textAt(row, 1)});
    }
    return lines;
}

void PairTable::setLines(const PairLines &wanted)
{
    if (wanted == lines())
        return;
    const QScopedValueRollback filling(m_filling, true);
    clearContents();
    setRowCount(int(wanted.size()) + 1);
    for (int row = 0; row < int(wanted.size()); ++row) {
        for (const int column : {nameColumn, textColumn}) {
            QTableWidgetItem *cell = itemPrototype()->clone();
            cell->setData(Qt::EditRole, column == nameColumn ? wanted.at(row).first : wanted.at(row).second);
            setItem(row, column, cell);
        }
    }
    updateGeometry();
}

QSize PairTable::sizeHint() const
{
    const int shown = qBound(fewestLines, rowCount(), mostLines);
    const int height = horizontalHeader()->sizeHint().height() + shown * verticalHeader()->defaultSectionSize() + 2 * frameWidth();
    return {fontMetrics().averageCharWidth() * 30, height};
}

void PairTable::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Delete || currentRow() < 0 || state() == QAbstractItemView::EditingState) {
        QTableWidget::keyPressEvent(event);
        return;
    }
    if (currentRow() < rowCount() - 1)
        removeRow(currentRow());
    Q_EMIT edited();
}

void PairTable::closeEditor(QWidget *editor, QAbstractItemDelegate::EndEditHint hint)
{
    const bool first = currentRow() == 0 && currentColumn() == 0;
    const bool last = currentRow() == rowCount() - 1 && currentColumn() == columnCount() - 1;
    const bool forward = last && hint == QAbstractItemDelegate::EditNextItem;
    if (!forward && !(first && hint == QAbstractItemDelegate::EditPreviousItem)) {
        QTableWidget::closeEditor(editor, hint);
        return;
    }
    // The view would begin again at the other end, and Tab would never leave it.
    QTableWidget::closeEditor(editor, QAbstractItemDelegate::NoHint);
    focusNextPrevChild(forward);
}

void PairTable::keepEmptyLine()
{
    const auto isFilled = [this](int column) {
        const QTableWidgetItem *cell = item(rowCount() - 1, column);
        return cell && !cell->data(Qt::EditRole).toString().isEmpty();
    };
    if (isFilled(0) || isFilled(1)) {
        setRowCount(rowCount() + 1);
        updateGeometry();
    }
}

ModelMapTable::ModelMapTable(QWidget *parent)
    : PairTable({tr("Model asked for"), tr("Sent as"), tr("Model map"),
                 tr("Which model name is sent in place of the one that was asked for")},
                parent)
{
}

HeaderTable::HeaderTable(QWidget *parent)
    : PairTable({tr("Header"), tr("Value"), tr("Own headers"),
                 tr("Headers that are sent to this endpoint in place of the client's own"), true},
                parent)
{
}

ParameterTable::ParameterTable(QWidget *parent)
    : PairTable({tr("Parameter"), tr("Value"), tr("Own parameters"),
                 tr("Parameters that are added to the query of every request for this endpoint"), true},
                parent)
{
}

} // namespace qcc
