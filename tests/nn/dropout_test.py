import math

import pytest
import torch

from blner_allennlp.nn.dropout import Dropout, draw_positions


def test_dropped_elements_and_their_gradient_are_zero_and_the_others_are_scaled():
    torch.manual_seed(0)
    vectors = torch.randn(3, 5, 40, requires_grad=True)
    kept = Dropout(0.25)(vectors)
    weights = torch.randn_like(vectors)
    (kept * weights).sum().backward()
    is_dropped = kept == 0
    assert 0 < is_dropped.sum() < is_dropped.numel()
    scale = 1 / 0.75
    assert torch.allclose(kept, torch.where(is_dropped, 0.0, vectors * scale))
    assert torch.allclose(vectors.grad, torch.where(is_dropped, 0.0, weights * scale))


@pytest.mark.parametrize("drop_prob", [0.01, 0.1, 0.5, 0.95])
def test_every_element_is_dropped_as_often_as_asked_for_and_independently(drop_prob):
    torch.manual_seed(1)
    num_rows, num_columns = 4000, 6
    is_dropped = torch.zeros(num_rows * num_columns)
    is_dropped[draw_positions(num_rows * num_columns, drop_prob)] = 1.0
    is_dropped = is_dropped.view(num_rows, num_columns)
    variance = drop_prob * (1 - drop_prob)
    assert ((is_dropped.mean(0) - drop_prob).abs() < 5 * math.sqrt(variance / num_rows)).all()
    # Neighbours and more distant columns: products of centred values average to 0.
    centred = is_dropped - drop_prob
    covariance = centred.T @ centred / num_rows
    off_diagonal = covariance[~torch.eye(num_columns, dtype=torch.bool)]
    assert (off_diagonal.abs() < 5 * variance / math.sqrt(num_rows)).all()


def test_positions_are_drawn_once_each_in_order_and_to_the_end():
    torch.manual_seed(2)
    positions = draw_positions(100_000, 0.3)
    assert (positions.diff() > 0).all()
    assert 0 <= positions[0] < 50
    assert 99_950 < positions[-1] < 100_000


def test_expanded_tensors_lose_other_elements_in_each_copy():
    torch.manual_seed(3)
    vector = torch.ones(2, 1, 50, requires_grad=True)
    kept = Dropout(0.5)(vector.expand(-1, 4, -1))
    assert kept.shape == (2, 4, 50)
    assert set(kept.flatten().tolist()) == {0.0, 2.0}
    assert not torch.equal(kept[:, 0], kept[:, 1])
    kept.sum().backward()
    assert torch.equal(vector.grad, kept.sum(1, keepdim=True).detach())


def test_the_global_seed_fixes_what_is_dropped():
    draws = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        draws.append(Dropout(0.2)(torch.ones(500)))
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])


@pytest.mark.parametrize(("drop_prob", "training"), [(0.0, True), (0.5, False)])
def test_where_nothing_is_dropped_nothing_is_copied(drop_prob, training):
    vectors = torch.randn(4)
    assert Dropout(drop_prob).train(training)(vectors) is vectors


def test_empty_tensors_stay_empty():
    assert Dropout(0.1)(torch.zeros(2, 0, 3)).shape == (2, 0, 3)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_as_much_is_dropped():
    kept = Dropout(0.1)(torch.ones(100_000, device="cuda"))
    assert (kept == 0).float().mean().item() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("drop_prob", [-0.1, 1.0])
def test_impossible_probabilities_are_refused(drop_prob):
    with pytest.raises(ValueError, match=rf"drop_prob is {drop_prob}, but must be in \[0, 1\)"):
        Dropout(drop_prob)
