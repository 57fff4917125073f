#include "ui/clusters/routespane.h"

#include "ui/widgets/messages.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr int betweenListAndForm = 12;

/// The place of `rule`, of several the one nearest to `near`; -1 where there is none.
qsizetype placeOf(const QList<RouteRule> &routes, const RouteRule &rule, qsizetype near)
{
    qsizetype nearest = -1;
    for (qsizetype i = 0; i < routes.size(); ++i) {
        if (routes.at(i) == rule && (nearest < 0 || std::abs(i - near) < std::abs(nearest - near)))
            nearest = i;
    }
    return nearest;
}

/// `typed`, begun on `before`, as the same edits of `after`.
RouteRule rebased(const RouteRule &typed, const RouteRule &before, const RouteRule &after)
{
    RouteRule next = typed;
    for (const auto field : {&RouteRule::client, &RouteRule::requestClass, &RouteRule::model, &RouteRule::path, &RouteRule::cluster, &RouteRule::setModel}) {
        if (typed.*field == before.*field)
            next.*field = after.*field;
    }
    return next;
}

} // namespace

RoutesPane::RoutesPane(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(tr("Routes")))
    , m_sentence(new TextLabel(tr("The order counts: a request takes the first route it meets, else the cluster in use.")))
    , m_add(new QPushButton(tr("&Add a route…")))
    , m_stack(new QStackedWidget)
    , m_empty(new EmptyState(tr("No routes yet"), tr("Routes send some requests elsewhere: those of one client, of its sub-agents, for one model or one path.")))
    , m_body(makeBody())
{
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    QSizePolicy keepsItsRoom = m_add->sizePolicy();
    keepsItsRoom.setRetainSizeWhenHidden(true);
    m_add->setSizePolicy(keepsItsRoom);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_sentence);
    auto *head = new QHBoxLayout;
    head->setSpacing(metrics::edge);
    head->addLayout(words, 1);
    head->addWidget(m_add, 0, Qt::AlignTop);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_body);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addSpacing(metrics::unit);
    column->addWidget(m_stack, 1);

    connect(m_add, &QPushButton::clicked, this, &RoutesPane::addRoute);
    connect(m_empty->addButton(tr("&Add a route…")), &QPushButton::clicked, this, &RoutesPane::addRoute);
    connect(m_list, &RouteList::selected, this, &RoutesPane::select);
    connect(m_list, &RouteList::moveRequested, this, &RoutesPane::move);
    connect(m_list, &RouteList::deleteRequested, this, &RoutesPane::removeAt);
    connect(m_list, &RouteList::editRequested, m_form, &RouteForm::focusFirstField);
    connect(m_form, &RouteForm::edited, this, &RoutesPane::take);
    connect(m_form, &RouteForm::saveRequested, this, &RoutesPane::save);
    connect(m_form, &RouteForm::revertRequested, this, &RoutesPane::revert);
    dress();
    refresh();
}

QWidget *RoutesPane::makeBody()
{
    auto *body = new QWidget;
    m_list = new RouteList(body);
    m_form = new RouteForm(body);
    return body;
}

/// The list is as high as its rows, as far as the form keeps its room.
void RoutesPane::arrange()
{
    const QSize room = m_stack->size();
    const int rest = room.height() - betweenListAndForm - m_form->sizeHint().height();
    const int list = std::min(m_list->view()->wholeHeight(), std::max(m_list->leastHeight(), rest));
    m_list->setGeometry(0, 0, room.width(), list);
    m_form->setGeometry(0, list + betweenListAndForm, room.width(), std::max(0, room.height() - list - betweenListAndForm));
    m_body->setMinimumHeight(m_list->leastHeight() + betweenListAndForm + m_form->minimumSizeHint().height());
}

void RoutesPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // The layout gives the rest its size after this.
    QMetaObject::invokeMethod(this, &RoutesPane::arrange, Qt::QueuedConnection);
    layout()->activate();
    arrange();
}

void RoutesPane::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void RoutesPane::dress()
{
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, coloursOf(colours).text2);
    m_sentence->setPalette(colours);
    m_title->setFont(metrics::title(font()));
    m_title->setMinimumHeight(m_add->sizeHint().height());
}

const RouteRule *RoutesPane::selectedRoute() const
{
    return m_selected >= 0 && m_selected < m_config->routes.size() ? &m_config->routes.at(m_selected) : nullptr;
}

std::optional<RouteRule> RoutesPane::selectedBase() const
{
    const RouteRule *selected = selectedRoute();
    return selected ? std::optional(*selected) : std::nullopt;
}

const RoutesPane::Edit *RoutesPane::find(const std::optional<RouteRule> &base) const
{
    const auto found = std::ranges::find(m_edits, base, &Edit::base);
    return found == m_edits.end() ? nullptr : &*found;
}

void RoutesPane::forget(const std::optional<RouteRule> &base)
{
    m_edits.removeIf([&base](const Edit &edit) { return edit.base == base; });
}

RouteRule RoutesPane::shownRule() const
{
    const std::optional<RouteRule> base = selectedBase();
    if (const Edit *edit = find(base))
        return edit->typed;
    return base.value_or(RouteRule());
}

/// To the first cluster that is not in use, as to that one they go without a route.
RouteRule RoutesPane::blankRule() const
{
    RouteRule rule;
    for (const Cluster &cluster : m_config->clusters) {
        if (rule.cluster.isEmpty() || (rule.cluster == m_config->activeCluster && cluster.name != m_config->activeCluster))
            rule.cluster = cluster.name;
    }
    return rule;
}

void RoutesPane::setConfig(const ConfigSnapshot &config)
{
    if (!config || config == m_config)
        return;
    const ConfigSnapshot before = std::exchange(m_config, config);
    const qsizetype old = m_selected;
    const bool wasNew = old >= before->routes.size();
    const QList<RouteRule> &routes = config->routes;
    if (m_saving && routes.contains(m_saving->typed)) {
        // What was typed while it was being saved is another edit.
        if (Edit *edit = find(m_saving->base); edit && edit->typed != m_saving->typed)
            edit->base = m_saving->typed;
        else
            forget(m_saving->base);
        m_selected = placeOf(routes, m_saving->typed, m_saving->base ? old : routes.size());
        m_saving.reset();
        m_saved = true;
    } else if (old >= 0 && wasNew) {
        m_selected = routes.size();
    } else if (old >= 0) {
        const qsizetype at = placeOf(routes, before->routes.at(old), old);
        // The neighbour takes the place of one that is gone.
        m_selected = at >= 0 ? at : std::min(old, routes.size() - 1);
    }
    rebase(before->routes);
    if (m_selected < 0 && !routes.isEmpty())
        m_selected = 0;
    refresh();
}

/// What was typed stays with its route where that was changed elsewhere; where it was removed, it is a new one.
void RoutesPane::rebase(const QList<RouteRule> &before)
{
    const QList<RouteRule> &now = m_config->routes;
    QList<Edit> kept;
    for (Edit edit : std::exchange(m_edits, {})) {
        if (edit.base && !now.contains(*edit.base)) {
            const qsizetype at = before.indexOf(*edit.base);
            const bool wasChanged = now.size() == before.size() && at >= 0;
            if (wasChanged)
                edit = {now.at(at), rebased(edit.typed, *edit.base, now.at(at))};
            else
                edit.base.reset();
        }
        const bool isTaken = std::ranges::find(kept, edit.base, &Edit::base) != kept.end();
        if (!isTaken && edit.base != edit.typed)
            kept.append(edit);
    }
    m_edits = kept;
    if (m_selected > now.size() || (m_selected == now.size() && !find(std::nullopt)))
        m_selected = now.size() - 1;
}

void RoutesPane::addRoute()
{
    if (m_config->clusters.isEmpty())
        return;
    if (!find(std::nullopt))
        m_edits.append({std::nullopt, blankRule()});
    select(m_config->routes.size());
    m_form->focusFirstField();
}

void RoutesPane::select(qsizetype at)
{
    const Edit *added = find(std::nullopt);
    if (added && added->typed == blankRule() && at != m_config->routes.size())
        forget(std::nullopt);
    if (at != m_selected) {
        m_saved = false;
        m_refusal.clear();
    }
    m_selected = at;
    refresh();
}

void RoutesPane::take(const RouteRule &rule)
{
    const std::optional<RouteRule> base = selectedBase();
    m_saved = false;
    m_refusal.clear();
    if (base == rule)
        forget(base);
    else if (Edit *edit = find(base))
        edit->typed = rule;
    else
        m_edits.append({base, rule});
    refresh();
}

void RoutesPane::revert()
{
    forget(selectedBase());
    m_refusal.clear();
    if (m_selected >= m_config->routes.size())
        m_selected = m_config->routes.size() - 1;
    refresh();
    takeFocus();
}

void RoutesPane::save()
{
    const std::optional<RouteRule> base = selectedBase();
    const Edit *edit = find(base);
    if (!edit || !content().canSave)
        return;
    const RouteRule typed = edit->typed;
    m_saving = *edit;
    m_refusal.clear();
    refresh();
    Q_EMIT changeRequested(base ? editingRoute({*base, m_selected}, typed) : addingRoute(typed));
}

bool RoutesPane::takeRefusal(const QString &why)
{
    if (!m_saving)
        return false;
    m_saving.reset();
    m_refusal = why;
    refresh();
    return true;
}

bool RoutesPane::hasUnsavedChanges() const
{
    return std::ranges::any_of(m_edits, [this](const Edit &edit) { return edit.base || edit.typed != blankRule(); });
}

void RoutesPane::leaveForm()
{
    if (m_form->isAncestorOf(m_form->window()->focusWidget()))
        m_list->view()->setFocus(Qt::OtherFocusReason);
}

void RoutesPane::takeFocus()
{
    if (m_stack->currentWidget() == m_body)
        m_list->view()->setFocus(Qt::OtherFocusReason);
    else
        m_empty->findChild<QPushButton *>()->setFocus(Qt::OtherFocusReason);
}

void RoutesPane::removeAt(qsizetype at)
{
    if (at >= m_config->routes.size() || at < 0) {
        revert();
        return;
    }
    const RouteRule rule = m_config->routes.at(at);
    forget(rule);
    Q_EMIT changeRequested(removingRoute({rule, at}));
}

void RoutesPane::move(qsizetype from, qsizetype to)
{
    if (from >= 0 && from < m_config->routes.size() && to >= 0)
        Q_EMIT changeRequested(movingRoute({m_config->routes.at(from), from}, to));
}

QList<RouteRow> RoutesPane::rows() const
{
    QList<RouteRow> rows;
    const auto idOf = [&rows](const RouteRule &rule) {
        const QString id = u"%1\n%2\n%3"_s.arg(rule.text(), rule.cluster, rule.setModel);
        const auto before = std::ranges::count(rows, rule, &RouteRow::rule);
        return u"%1\n%2"_s.arg(id).arg(before);
    };
    for (const RouteRule &rule : m_config->routes)
        rows.append({idOf(rule), static_cast<int>(rows.size()) + 1, rule, find(rule) != nullptr, !leadsSomewhere(rule, *m_config)});
    if (const Edit *added = find(std::nullopt))
        rows.append({u"new"_s, 0, added->typed, true, !leadsSomewhere(added->typed, *m_config)});
    return rows;
}

RouteFormContent RoutesPane::content() const
{
    RouteFormContent content;
    const RouteRule *saved = selectedRoute();
    content.title = saved ? tr("Route %1", "its number").arg(m_selected + 1) : tr("New route");
    content.rule = shownRule();
    for (const Cluster &cluster : m_config->clusters)
        content.clusters << cluster.name;
    content.notes = notesOnRoute(content.rule, !saved, *m_config);
    content.canRevert = find(selectedBase()) != nullptr;
    content.state = !saved ? tr("Not saved yet") : content.canRevert ? tr("Edited, not saved") : QString();
    content.canSave = content.canRevert && canBeSaved(content.notes) && !m_saving;
    if (!m_refusal.isEmpty()) {
        content.remarkMeaning = Meaning::Failure;
        content.remark = tr("Not saved: %1").arg(m_refusal);
    } else if (m_saved && !content.canRevert) {
        content.remarkMeaning = Meaning::Success;
        content.remark = tr("Saved");
    } else if (!saved && content.rule.text().isEmpty()) {
        content.remark = tr("At least one of client, class, model and path is needed.");
    } else if (!saved) {
        content.remark = tr("It becomes the last one.");
    }
    return content;
}

void RoutesPane::refresh()
{
    const QList<RouteRow> all = rows();
    const bool isEmpty = all.isEmpty();
    m_stack->setCurrentWidget(isEmpty ? static_cast<QWidget *>(m_empty) : m_body);
    m_add->setVisible(!isEmpty);
    m_sentence->setVisible(!isEmpty);
    if (isEmpty)
        return;
    m_list->setRows(all, static_cast<int>(m_selected));
    m_form->setContent(content());
    arrange();
}

} // namespace qcc
