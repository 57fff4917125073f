#include "ui/clusters/formparts.h"

#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>
#include <QToolButton>

namespace qcc {

FieldNote::FieldNote(QWidget *parent)
    : QWidget(parent)
    , m_text(new TextLabel)
    , m_remedy(new QToolButton)
{
    m_text->setWordWrap(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_text, 1);
    row->addWidget(m_remedy, 0, Qt::AlignTop);
    connect(m_remedy, &QToolButton::clicked, this, [this] { Q_EMIT remedyChosen(m_note.remedy); });
    dress();
    hide();
}

void FieldNote::setNote(const DraftNote *note)
{
    const DraftNote next = note && note->gravity != DraftNote::Gravity::Missing ? *note : DraftNote{};
    if (next == m_note)
        return;
    m_note = next;
    const Meaning meaning = next.gravity == DraftNote::Gravity::Warning ? Meaning::Warning : Meaning::Failure;
    m_text->setText(next.text.isEmpty() ? QString() : Words::markOf(meaning) + u' ' + next.text);
    m_remedy->setText(next.remedyText);
    m_remedy->setVisible(!next.remedyText.isEmpty());
    dress();
    setVisible(!next.text.isEmpty());
}

QString FieldNote::text() const
{
    return m_note.text;
}

void FieldNote::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void FieldNote::dress()
{
    const Meaning meaning = m_note.gravity == DraftNote::Gravity::Warning ? Meaning::Warning : Meaning::Failure;
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, colourOf(meaning, colours));
    m_text->setPalette(colours);
    m_text->setFont(metrics::caption(font()));
    m_remedy->setFont(metrics::caption(font()));
}

namespace {

constexpr int fewestLines = 1;
constexpr int mostLines = 5;

/// Its editors are called as the column is.
class NamedEditors : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QWidget *editor = QStyledItemDelegate::createEditor(parent, option, index);
        editor->setAccessibleName(index.model()->headerData(index.column(), Qt::Horizontal).toString());
        return editor;
    }
};

} // namespace

ModelMapTable::ModelMapTable(QWidget *parent)
    : QTableWidget(1, 2, parent)
{
    setHorizontalHeaderLabels({tr("Model asked for"), tr("Sent as")});
    for (int column = 0; column < 2; ++column)
        horizontalHeaderItem(column)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setHighlightSections(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 8 / 5);
    setItemDelegate(new NamedEditors(this));
    setEditTriggers(QAbstractItemView::AllEditTriggers);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setTabKeyNavigation(false);
    setAccessibleName(tr("Model map"));
    setAccessibleDescription(tr("Which model name is sent in place of the one that was asked for"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QTableWidget::cellChanged, this, [this] {
        if (m_filling)
            return;
        keepEmptyLine();
        Q_EMIT edited();
    });
}

ModelLines ModelMapTable::lines() const
{
    const auto textAt = [this](int row, int column) {
        const QTableWidgetItem *cell = item(row, column);
        return cell ? cell->text() : QString();
    };
    ModelLines lines;
    for (int row = 0; row < rowCount(); ++row) {
        if (!textAt(row, 0).trimmed().isEmpty() || !textAt(row, 1).trimmed().isEmpty())
            lines.append({textAt(row, 0), textAt(row, 1)});
    }
    return lines;
}

void ModelMapTable::setLines(const ModelLines &wanted)
{
    if (wanted == lines())
        return;
    const QScopedValueRollback filling(m_filling, true);
    clearContents();
    setRowCount(int(wanted.size()) + 1);
    for (int row = 0; row < int(wanted.size()); ++row) {
        setItem(row, 0, new QTableWidgetItem(wanted.at(row).first));
        setItem(row, 1, new QTableWidgetItem(wanted.at(row).second));
    }
    updateGeometry();
}

QSize ModelMapTable::sizeHint() const
{
    const int shown = qBound(fewestLines, rowCount(), mostLines);
    const int height = horizontalHeader()->sizeHint().height() + shown * verticalHeader()->defaultSectionSize() + 2 * frameWidth();
    return {fontMetrics().averageCharWidth() * 30, height};
}

void ModelMapTable::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Delete || currentRow() < 0 || state() == QAbstractItemView::EditingState) {
        QTableWidget::keyPressEvent(event);
        return;
    }
    if (currentRow() < rowCount() - 1)
        removeRow(currentRow());
    Q_EMIT edited();
}

void ModelMapTable::closeEditor(QWidget *editor, QAbstractItemDelegate::EndEditHint hint)
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

void ModelMapTable::keepEmptyLine()
{
    const auto isFilled = [this](int column) {
        const QTableWidgetItem *cell = item(rowCount() - 1, column);
        return cell && !cell->text().isEmpty();
    };
    if (isFilled(0) || isFilled(1)) {
        setRowCount(rowCount() + 1);
        updateGeometry();
    }
}

} // namespace qcc
