#pragma once

#include "core/config/config.h"
#include "ui/widgets/controls.h"

#include <QDoubleSpinBox>
#include <QList>
#include <QWidget>

#include <utility>

class QLineEdit;
class QPushButton;

namespace qcc {

/// What a number may be, and what it counts.
struct NumberRange {
    double low = 0;
    double high = 0;
    QString unit = {};       ///< Behind the number; empty: none.
    bool whole = true;       ///< Else to the thousandth.
    QString lowestWord = {}; ///< In place of the lowest number, where it means something else ("no limit").
};

/// A number without the zeros at its end, and in our own style without arrows: keys and wheel turn it.
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT

public:
    explicit NumberBox(const NumberRange &range, QWidget *parent = nullptr);

    QString textFromValue(double value) const override;
    /// `value` in words as it is shown, with its unit.
    QString wordsFor(double value) const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void dress();
};

/// One of up to four choices, each with what is written for it and the words for the user.
class ChoiceEdit : public Segments
{
    Q_OBJECT

public:
    using Choices = QList<std::pair<QString, QString>>;

    explicit ChoiceEdit(const Choices &choices, QWidget *parent = nullptr);

    QStringList values() const;
    QString value() const;
    void setValue(const QString &value);
    QString wordsFor(const QString &value) const;

private:
    const Choices m_choices;
};

/// How wide a field for a word or two is, with `font`.
int fieldWidth(const QFont &font);

/// For what stands beside an editor.
QPushButton *smallButton(const QString &text);

/// Which model requests go to: the one that the client asks for, or always one.
class ModelEdit : public QWidget
{
    Q_OBJECT

public:
    explicit ModelEdit(QWidget *parent = nullptr);

    ModelMode mode() const;
    QString name() const;
    void setModel(ModelMode mode, const QString &name);

Q_SIGNALS:
    void edited();
    void finished();

private:
    void showMode();

    Segments *m_mode; ///< By ModelMode.
    QLineEdit *m_name;
};

/// A token that is hidden until somebody wants to see it, with a button that makes one.
class TokenEdit : public QWidget
{
    Q_OBJECT

public:
    explicit TokenEdit(QWidget *parent = nullptr);

    QString token() const;
    void setToken(const QString &token);

Q_SIGNALS:
    void edited();
    void finished();

private:
    QLineEdit *m_text;
    QPushButton *m_reveal;
};

/// 192 random bits of the system, as text that passes unchanged through headers, shells and URLs.
QString newToken();

} // namespace qcc
