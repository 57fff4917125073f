#include "ui/tray/statuswindow.h"

#include "ui/model/statetext.h"
#include "ui/tray/stateicon.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QComboBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace qcc {

namespace {

constexpr int margin = 16;
constexpr int gap = 8;
constexpr int iconSize = 32;
constexpr int widthInChars = 72;
constexpr int errorLines = 3;

QLabel *selectableLabel()
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

/// A text with the button that copies it.
QHBoxLayout *withButton(QLabel *label, QPushButton *button)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(gap);
    row->addWidget(label, 1);
    row->addWidget(button, 0, Qt::AlignTop);
    return row;
}

} // namespace

StatusWindow::StatusWindow(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel)
    , m_state(new QLabel)
    , m_address(selectableLabel())
    , m_clusters(new QComboBox)
    , m_success(selectableLabel())
    , m_inFlight(selectableLabel())
    , m_error(selectableLabel())
    , m_copyAddress(new QPushButton(tr("C&opy")))
    , m_copyError(new QPushButton(tr("Copy &error")))
    , m_startStop(new QPushButton)
{
    setWindowTitle(QStringLiteral("qcc"));
    setMinimumWidth(fontMetrics().averageCharWidth() * widthInChars);

    QFont title = font();
    title.setPointSizeF(title.pointSizeF() * 1.15);
    title.setWeight(QFont::DemiBold);
    m_state->setFont(title);
    m_state->setTextFormat(Qt::PlainText);
    m_error->setWordWrap(true);
    // The first line of a long text stays level with its name and its button, and the window keeps its size when an error comes.
    const int inset = (m_copyError->sizeHint().height() - fontMetrics().height()) / 2;
    m_error->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_error->setContentsMargins(0, inset, 0, 0);
    m_error->setMinimumHeight(inset + errorLines * fontMetrics().lineSpacing());
    m_copyAddress->setAccessibleName(tr("Copy the address"));

    auto *head = new QHBoxLayout;
    head->setSpacing(gap);
    head->addWidget(m_icon);
    head->addWidget(m_state, 1);
    head->addWidget(m_startStop);

    auto *facts = new QFormLayout;
    facts->setSpacing(gap);
    facts->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    facts->addRow(tr("Address:"), withButton(m_address, m_copyAddress));
    facts->addRow(tr("C&luster:"), m_clusters);
    facts->addRow(tr("Success:"), m_success);
    facts->addRow(tr("In flight:"), m_inFlight);
    facts->addRow(tr("Last error:"), withButton(m_error, m_copyError));

    auto *about = new QPushButton(tr("&About qcc"));
    auto *quit = new QPushButton(tr("&Quit"));
    auto *foot = new QHBoxLayout;
    foot->setSpacing(gap);
    foot->addWidget(about);
    foot->addStretch(1);
    foot->addWidget(quit);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(margin, margin, margin, margin);
    column->setSpacing(margin);
    column->addLayout(head);
    column->addLayout(facts);
    column->addStretch(1);
    column->addLayout(foot);

    connect(m_startStop, &QPushButton::clicked, this, [this] {
        if (m_view.serves())
            Q_EMIT stopRequested();
        else
            Q_EMIT startRequested();
    });
    connect(m_clusters, &QComboBox::activated, this, [this](int index) {
        const QString name = m_clusters->itemText(index);
        if (name != m_view.cluster)
            Q_EMIT clusterChosen(name);
    });
    connect(m_copyAddress, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_view.address); });
    connect(m_copyError, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_view.lastError); });
    connect(about, &QPushButton::clicked, this, &StatusWindow::aboutRequested);
    connect(quit, &QPushButton::clicked, this, &StatusWindow::quitRequested);
    setView(m_view);
    m_startStop->setFocus();
}

void StatusWindow::setView(const ProxyView &view)
{
    const bool otherState = view.state != m_view.state || m_icon->pixmap().isNull();
    m_view = view;
    if (otherState)
        drawState();
    m_state->setText(StateText::word(view.state));
    m_startStop->setText(view.serves() ? tr("&Stop") : tr("&Start"));
    m_startStop->setEnabled(view.state != ProxyState::Starting);
    m_address->setText(view.address);
    m_copyAddress->setEnabled(!view.address.isEmpty());
    m_success->setText(view.serves() ? StateText::success(view) : QStringLiteral("–"));
    m_inFlight->setText(view.serves() ? QLocale().toString(view.inFlight) : QStringLiteral("–"));
    m_error->setText(view.lastError.isEmpty() ? tr("none") : view.lastError);
    m_error->setToolTip(view.lastError.toHtmlEscaped());
    m_copyError->setEnabled(!view.lastError.isEmpty());
    showClusters();
}

void StatusWindow::showClusters()
{
    const QSignalBlocker quiet(m_clusters);
    QStringList shown;
    for (int i = 0; i < m_clusters->count(); ++i)
        shown << m_clusters->itemText(i);
    if (shown != m_view.clusters) {
        m_clusters->clear();
        m_clusters->addItems(m_view.clusters);
    }
    m_clusters->setPlaceholderText(tr("No clusters yet"));
    m_clusters->setCurrentIndex(m_clusters->findText(m_view.cluster, Qt::MatchExactly | Qt::MatchCaseSensitive));
    m_clusters->setEnabled(!m_view.clusters.isEmpty() && m_view.state != ProxyState::Starting);
}

void StatusWindow::drawState()
{
    const QIcon icon = stateIcon(m_view.state, palette().color(QPalette::WindowText));
    m_icon->setPixmap(icon.pixmap(QSize(iconSize, iconSize), devicePixelRatioF()));
}

void StatusWindow::closeEvent(QCloseEvent *event)
{
    QWidget::closeEvent(event);
    Q_EMIT closed();
}

void StatusWindow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawState();
}

} // namespace qcc
